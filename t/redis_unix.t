# Redis over a Unix socket, with a password and a database as well.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $redis = RedisServer->new(unix => 1, password => 'correct-horse-battery-staple');
Workspace::keep_secret('correct-horse-battery-staple');
write_file('redis.password', 'correct-horse-battery-staple');
my $nginx = Nginx->new(realm => "key v1 file=v1.key; cookie access_token; revocation strict; redis_database 2;
    @{[ $redis->directives ]} redis_password_file redis.password;");

my $cookie = cookie(mint({jti => 'j'}));
is $nginx->get('/', $cookie)->answer, '200 valid', 'asked';
$redis->cli('-n', 2, 'SET', 'session:revoked:{42}:j', 1);
is $nginx->get('/', $cookie)->answer, '401 revoked', 'and answered';
like $redis->cli('CLIENT', 'LIST'), qr/db=2\b.*flags=U|flags=U.*db=2\b/, 'over the socket';

$redis->stop;
my $other = cookie(mint({jti => 'other'}));
is $nginx->get('/', $other)->answer, '503 store', 'gone: no answer';
is $nginx->get('/', $cookie)->answer, '401 revoked', 'but what is known';
$redis->start;
eventually { $nginx->get('/', $other)->answer eq '200 valid' } 2, 'back within two seconds, empty';
my ($lost) = $nginx->log_lines(qr/\[(?:warn|error)\].*session: realm "app" redis unix:\S+ lost: /);
ok $lost, 'the log tells of the loss';
ok $nginx->wait_for_log(qr/session: realm "app" redis unix:\S+ restored after \d/), 'and of the return';

done;
