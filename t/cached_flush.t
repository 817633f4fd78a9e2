# A Redis that is flushed, or replaced by an empty one, takes back nothing: who is known to be rejected stays rejected, the
# others are judged by what it says now. Only a key that is seen to be deleted counts as deleted.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;

new_key('v1');
my $redis = RedisServer->new;
my $key = "key v1 file=v1.key; cookie access_token; redis @{[ $redis->address ]}; revocation cached max_stale=60s;
    redis_timeout 2s; redis_connect_timeout 2s;";
my $nginx = Nginx->new(
    workers => 2,
    realms => {app => $key, open => "$key store_error allow;"},
    server => Everywhere::server(),
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /open { auth_session open; proxy_pass http://backend; }
        location = /logout { session_logout open /; }',
);
my $all = Everywhere->new($nginx);
my ($now, $number) = (time, 0);
my %reason = (token => 'revoked', session => 'revoked', marked => 'stale', gone => 'stale', tenant => 'epoch');
my @paths = qw(/ /open);
my %cookie;

# New users, all of them known to all workers.
sub begin {
    my ($name) = @_;
    $number++;
    my %key = (token => "revoked:{token$number}:j", session => "revoked:{session$number}:s",
        marked => "stale:{marked$number}", gone => "stale:{gone$number}", tenant => "epoch:t$number");
    %cookie = map {
        $_ => cookie(mint({sub => "$_$number", jti => 'j', sid => 's', tenant => $_ eq 'tenant' ? "t$number" : undef}))
    } keys %key, 'good', 'unasked';
    for my $path (@paths) {
        eventually { $all->agree('200 valid HIT', $path, $cookie{good}) } 10, "$name: $path: a cache";
    }
    $redis->cli('SET', "session:$key{$_}", $_ eq 'gone' ? '*' : $now + 3000) for keys %key;
    $redis->cli('SET', "session:revoked:{unasked$number}:j", 1);
    for my $path (@paths) {
        eventually { rejected('HIT', $path) } 5, "$name: $path: known";
    }
}

sub rejected {
    my ($cache, $path) = @_;
    return !grep { !$all->agree("401 $reason{$_} $cache", $path, $cookie{$_}) } keys %reason;
}

sub stay_rejected {
    my ($name) = @_;
    for my $path (@paths) {
        my %said = map { $_ => join ', ', map {/^(\d+ \w+)/} $all->ask($path, $cookie{$_}) } keys %reason;
        is_deeply \%said, {map { $_ => "401 $reason{$_}, 401 $reason{$_}" } keys %reason}, "$name: $path: rejected";
    }
}

sub others_go_on {
    my ($name) = @_;
    for my $path (@paths) {
        eventually { $all->agree('200 valid HIT', $path, $cookie{good}) } 10, "$name: $path: others go on";
        ok $all->agree('200 valid', $path, $cookie{unasked}), "$name: $path: nobody knew of this one";
        eventually { rejected('', $path) } 3, "$name: $path: rejected afterwards";
    }
}

for my $flush (['FLUSHALL'], ['FLUSHDB'], ['FLUSHALL', 'ASYNC']) {
    my $name = "@$flush";
    begin($name);
    $redis->cli(@$flush);
    stay_rejected($name) for 1 .. 3;
    others_go_on($name);
    stay_rejected($name);
}

for my $end (qw(stop kill)) {
    begin($end);
    $redis->$end;
    stay_rejected("$end: away") for 1 .. 2;
    is_deeply [map { /^(\d+)/ } map { $all->ask($_, $cookie{unasked}) } @paths], [503, 503, 200, 200], "$end: no answer";
    $redis->start;
    stay_rejected("$end: an empty one") for 1 .. 3;
    others_go_on("$end: an empty one");
    stay_rejected("$end: an empty one");
}

# Twice, and without a request in between.
begin('twice');
for (1 .. 2) { $redis->cli('FLUSHALL'); $redis->kill; $redis->start }
stay_rejected('twice');

# What is seen to be deleted is deleted, by whichever server.
eventually { $all->agree('200 valid HIT', '/', $cookie{good}) } 10, 'tracked';
$redis->cli('MSET', "session:revoked:{token$number}:j", 1, "session:stale:{gone$number}", '*');
$redis->cli('DEL', "session:revoked:{token$number}:j", "session:stale:{gone$number}");
for my $who (qw(token gone)) { eventually { $all->agree('200 valid', '/', $cookie{$who}) } 3, "$who: forgiven" }

# Two tokens of a session: it is known to be revoked until the end of the longer one.
my %claims = (sub => 'two', sid => 's');
my ($short, $long) = map { cookie(mint({%claims, jti => "j$_", exp => time + $_})) } 4, 3600;
$redis->cli('SET', 'session:revoked:{two}:s', 1);
ok $all->agree('401 revoked', '/', $short), 'a token that ends soon';
ok $all->agree('401 revoked', '/', $long), 'and one of the same session that does not';
$redis->cli('FLUSHALL');
eventually { $all->agree('401 expired', '/', $short) } 7, 'it ends';
sleep 1.1;
ok $all->agree('401 revoked', '/', $long), 'the other stays rejected';

# A key that is written again is not a key that is deleted.
my $again = cookie(mint({sub => 'again', jti => 'j'}));
my $ended = cookie(mint({sub => 'ended', jti => 'j', sid => 's'}));
$redis->cli('SET', 'session:revoked:{again}:j', 1);
eventually { $all->agree('401 revoked HIT', '/open', $again) } 5, 'known to be revoked';
ok $all->agree('200 valid', '/open', $ended), 'and one who logs out';
is $nginx->post('/logout', $ended)->status, 200, 'now';
$redis->cli('SET', 'session:revoked:{again}:j', 2, 'EX', 7200);
sleep 0.2;
$redis->kill;
ok $all->agree('401 revoked', '/open', $again), 'revoked again, then Redis is lost';
ok $all->agree('401 revoked', '/open', $ended), 'logged out, then Redis is lost';
$redis->start;
eventually { $all->agree('200 valid HIT', '/open', $cookie{good}) } 10, 'an empty one';
ok $all->agree('401 revoked', '/open', $again), 'revoked again: known';
ok $all->agree('401 revoked', '/open', $ended), 'logged out: known';

done;
