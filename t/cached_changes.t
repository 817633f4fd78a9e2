# `revocation cached`: every kind of change in Redis, by any command and to a key of any type, is seen by every worker of
# two nginx at once, though what they know is good for a minute; other keys change nothing.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;
use Time::HiRes ();

new_key('v1');
my $redis = RedisServer->new;
my @nginx = map {
    Nginx->new(
        workers => $_,
        realm => "key v1 file=v1.key; cookie access_token; revocation cached max_stale=60s; @{[ $redis->directives ]}",
        server => Everywhere::server(),
    )
} 1 .. 2;
my $all = Everywhere->new(@nginx);
is scalar($all->clients), 3, 'three workers';

my $now = time;
my $token = cookie(mint({jti => 'j', sid => 's', tenant => 't'}));
my $good = '200 valid HIT';

# Until all say so; each may have to ask once more.
sub all_say {
    my ($answer, $name, $cookie) = @_;
    my $start = Time::HiRes::time();
    eventually { $all->agree($answer, '/', $cookie // $token) } 3, $name;
    note sprintf '%.1f ms', 1000 * (Time::HiRes::time() - $start);
}

# A change, what it makes of the token, and its end.
sub change {
    my ($name, $reason, $against, $end, $cookie) = @_;
    all_say($good, "$name: known to be good", $cookie);
    $redis->cli(@$_) for ref $against->[0] ? @$against : $against;
    all_say("401 $reason", "$name: $reason", $cookie);
    all_say("401 $reason HIT", "$name: known", $cookie);
    $redis->cli(@$end) if $end;
    all_say('200 valid', "$name: over", $cookie);
}

my ($id, $session, $user, $epoch, $tenant) =
    map {"session:$_"} 'revoked:{42}:j', 'revoked:{42}:s', 'stale:{42}', 'epoch', 'epoch:t';

change('the token', 'revoked', ['SET', $id, 1], ['DEL', $id]);
change('the session', 'revoked', ['SET', $session, ''], ['UNLINK', $session]);
change('a mark', 'stale', ['SET', $user, $now + 5], ['DEL', $user]);
change('a user who is gone', 'stale', ['SET', $user, '*'], ['GETDEL', $user]);
change('the epoch', 'epoch', ['SET', $epoch, $now + 5], ['DEL', $epoch]);
change("the tenant's epoch", 'epoch', ['SET', $tenant, $now + 5], ['DEL', $tenant]);

change('a mark that becomes older', 'stale', ['SET', $user, $now + 5], ['SET', $user, $now - 5000]);
change('one that becomes newer', 'stale', ['INCRBY', $user, 6000], ['DECRBY', $user, 6000]);
change('an epoch likewise', 'epoch', [['SET', $epoch, 1], ['SETRANGE', $epoch, 0, $now + 5]], ['SET', $epoch, 7]);
$redis->cli('DEL', $user, $epoch);

# By time.
change('a revocation that ends', 'revoked', ['SET', $id, 1, 'PX', 2500]);
change('a mark that ends', 'stale', ['SET', $user, '*', 'PX', 2500]);
change('an epoch that ends', 'epoch', ['SET', $epoch, $now + 5, 'PX', 2500]);
change('an end brought forward', 'revoked', ['SETEX', $id, 3600, 1], ['PEXPIRE', $id, 1]);
change('an end in the past', 'stale', ['SET', $user, '*'], ['EXPIREAT', $user, 1]);

# By other commands and types.
change('a hash', 'revoked', ['HSET', $id, 'at', $now], ['HDEL', $id, 'at']);
change('a list', 'revoked', ['RPUSH', $id, 'a', 'b'], ['LTRIM', $id, 1, 0]);
change('a sorted set', 'revoked', ['ZADD', $id, 1, 'a'], ['ZREM', $id, 'a']);
change('a new name', 'revoked', [['SET', 'kept', 1], ['RENAME', 'kept', $id]], ['RENAME', $id, 'kept']);
change('a copy', 'stale', [['SET', 'kept', '*'], ['COPY', 'kept', $user]], ['MOVE', $user, 3]);
change('many keys at once', 'revoked', ['MSET', 'a', 1, $id, 1, 'session:stale:{7}', 1], ['DEL', 'a', $id]);
change('a script', 'epoch', ['EVAL', 'redis.call("SET", KEYS[1], ARGV[1])', 1, $tenant, $now + 5],
    ['EVAL', 'redis.call("DEL", KEYS[1])', 1, $tenant]);

# What is no mark at all is no answer.
all_say($good, 'known to be good');
$redis->cli('RPUSH', $user, 'a');
all_say('503 store', 'a mark of the wrong type');
$redis->cli('DEL', $user);
all_say($good, 'is gone');
$redis->cli('SET', $epoch, 'yesterday');
all_say('503 store', 'an epoch that is no time');
$redis->cli('DEL', $epoch);
all_say($good, 'is gone');

# Names as strange as users choose them.
for my $name ('a}b', '{', 'with space', "caf\xc3\xa9", 'a:b', '*', '%s%n', 'x' x 255) {
    my $cookie = cookie(mint(qq({"sub":"$name","jti":"$name","tenant":"$name","exp":@{[ $now + 3600 ]},"iat":$now})));
    change("user $name", 'revoked', ['SET', "session:revoked:{$name}:$name", 1],
        ['DEL', "session:revoked:{$name}:$name"], $cookie);
    change("user $name", 'stale', ['SET', "session:stale:{$name}", '*'], ['DEL', "session:stale:{$name}"], $cookie);
    change("tenant $name", 'epoch', ['SET', "session:epoch:$name", $now + 5], ['DEL', "session:epoch:$name"], $cookie);
}

# Keys that are another's.
all_say($good, 'known to be good');
$redis->cli('SET', $_, $now + 5) for map {"session:$_"} 'revoked:{42}:jj', 'revoked:{42}:', 'revoked:{42}:J',
    'revoked:{4}:j', 'revoked:42:j', 'stale:{421}', 'stale:{4}', 'stale:42', 'epoch:', 'epoch:tt', 'epochs', 'Epoch';
$redis->cli('SET', "$_$id", 1) for 'x', ':', 'session:';
sleep 0.3;
is_deeply [$all->ask('/', $token)], [($good) x 3], 'keys like it change nothing, nothing is asked again';
$redis->cli('-n', 1, 'SET', $_, '*') for $id, $session, $user;
sleep 0.3;
ok $all->agree('200 valid', '/', $token), 'another database does not matter' for 1 .. 2;

done;
