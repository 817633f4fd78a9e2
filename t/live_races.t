# A revocation in the very moment in which a request is let in: whether Redis was asked before it or after, known to the
# zone or not, no connection stays.
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use Kit;
use LiveApp;
use Time::HiRes qw(sleep time);

my $rounds = 0 + ($ENV{TEST_REVOCATIONS} // 60);
new_key('v1');
my $redis = RedisServer->new;
my $app = LiveApp->new;
my $store = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $redis->port) or die "connect: $!";
my @handshake = ('Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==');

sub revoke {
    my ($user) = @_;
    my @words = ('SET', "session:revoked:{$user}:s-$user", 1);
    syswrite $store, '*3' . "\r\n" . join '', map { '$' . length($_) . "\r\n$_\r\n" } @words;
}

# Whether it is refused, or closed in time.
sub ends {
    my ($client) = @_;
    my $end = time + patience(5);
    my $got = 1;
    $got = $client->fill($end) while $got && $client->{input} !~ m{\AHTTP/1.1 401};
    return time < $end;
}

for my $mode ('revocation cached max_stale=60s;', 'revocation strict;') {
    my $nginx = Nginx->new(
        workers => 2,
        realm => "key v1 file=v1.key; cookie access_token; $mode @{[ $redis->directives ]}",
        locations => $app->location('/socket') . $app->location('/events')
            . 'location = /known { auth_session app; return 204; }',
    );
    my (%met, $open);
    for my $round (1 .. $rounds) {
        my $user = "$rounds-$round";
        my $cookie = cookie(mint({sub => $user, sid => "s-$user"}));
        $nginx->get('/known', $cookie) if $round % 2;
        my @clients = map { $nginx->connect } 1 .. 4;
        my @paths = ('/socket', '/events');
        my @requests = map { Client::format_request('GET', $paths[$_ % 2], $cookie, @handshake) } 0 .. 3;
        s/^Upgrade:.*\r\n//m, s/Connection: Upgrade/Connection: keep-alive/ for @requests[1, 3];
        $clients[0]->send($requests[0]);
        $clients[1]->send($requests[1]);
        sleep rand(0.004) if $round % 3;
        revoke($user);
        $clients[2]->send($requests[2]);
        $clients[3]->send($requests[3]);
        for my $client (@clients) {
            $open++ unless ends($client);
            my ($status) = $client->{input} =~ m{\AHTTP/1.1 (\d+)};
            $met{$status // 'none'}++;
        }
    }
    is $open, undef, "$mode none stays";
    ok $met{401}, 'some were refused';
    note join ', ', map {"$_: $met{$_}"} sort keys %met;
    $nginx->quit;
    $redis->cli('FLUSHALL');
}

done;
