# A connection with an opaque id lives as long as the session's record: its end may move, and a revocation ends it.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use LiveApp;
use OpaqueIds;
use Time::HiRes qw(sleep time);

new_key('v1');
my $app = LiveApp->new;
my $redis = RedisServer->new;

for my $mode ('', 'revocation strict;') {
    my $nginx = Nginx->new(
        realm => "token cookie=sid format=opaque; $mode @{[ $redis->directives ]}",
        locations => $app->location('/'),
    );
    my $sockets = $app->sockets;
    my ($long, $short) = map { new_id() } 1 .. 2;
    put_session($redis, $long, {sub => 'a', sid => 's1'});
    put_session($redis, $short, {sub => 'b', sid => 's2', expires_at => int(time) + 4});
    is $sockets->open($nginx->port, '/socket', "Cookie: sid=$long"), 'open', "$mode opened";
    is $sockets->open($nginx->port, '/socket', "Cookie: sid=$short"), 'open', 'one that expires soon';
    my $end = int(time) + 9;
    $redis->cli('HSET', 'session:data:{b}:s2', expires_at => $end);
    sleep 5;
    is $sockets->say(1, 'x'), 'said b: x', 'or later';
    is $sockets->event(1, 15), 'closed 1006', 'then it does';
    cmp_ok time, '>=', $end, 'in its time';
    like $nginx->log, qr/ended: reason=expired user="b" id="s2"/, 'the log tells why';
    is $sockets->say(0, 'x'), 'said a: x', 'the other goes on';
    $redis->cli('SET', 'session:revoked:{a}:s1', 1);
    is $sockets->event(0), 'closed 1006', 'until it is revoked';
    like $nginx->log, qr/ended: reason=revoked user="a" id="s1"/, 'and why';
    undef $sockets;
    $nginx->quit;
    $redis->cli('FLUSHALL');
}

done;
