# A WebSocket ends when its session does: both sides hear of it, the log and the metrics tell why, others go on. What has
# `live_connections keep` goes on as well.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use LiveApp;

new_key('v1');
my $redis = RedisServer->new;
my $app = LiveApp->new;
my $realm = "key v1 file=v1.key; cookie access_token; @{[ $redis->directives ]}";
my $nginx = Nginx->new(
    tls => 1,
    realms => {app => $realm, kept => "$realm live_connections keep;"},
    locations => $app->location('/') . $app->location('/kept/') =~ s/auth_session app/auth_session kept/r
        =~ s{(proxy_pass [^;]*)}{$1/}r . 'location = /status { session_status; }',
);
my $sockets = $app->sockets;
sub session { cookie(mint({sub => "u$_[0]", sid => "s$_[0]", jti => "j$_[0]"})) }
sub live { my $json = $nginx->get('/status')->json; $json->{realms}{app}{live} }

is $sockets->open($nginx->port, '/socket', session(1)), 'open', 'a socket';
is $sockets->open($nginx->port, '/socket', session(2)), 'open', 'another';
is $sockets->open($nginx->tls_port, '/socket', session(1), {tls => 1}), 'open', 'one by TLS';
is $sockets->open($nginx->port, '/kept/socket', session(1)), 'open', 'and one that is kept';
is $sockets->say(0, 'one'), 'said u1: one', 'which repeats what it hears';
ok $app->tells('begin socket'), 'the application has it' for 1 .. 4;
eventually { live()->{open} == 3 } 5, 'three are watched';

$redis->cli('SET', 'session:revoked:{u1}:s1', 1);
is $sockets->event(0), 'closed 1006', 'it is closed when the session is revoked';
is $sockets->event(2), 'closed 1006', 'and so is the one by TLS';
ok $app->tells('end socket'), 'the other side hears of it' for 1 .. 2;
is $sockets->say(1, 'two'), 'said u2: two', 'others go on';
is $sockets->say(3, 'three'), 'said u1: three', 'and so does what is kept';
is $sockets->open($nginx->port, '/socket', session(1)), 'refused 401', 'it is not opened again';

like $nginx->log, qr/\[notice\].* session: realm "app" ended: reason=revoked user="u1" id="s1" key=v1/, 'the log tells why';
is scalar($nginx->log_lines('ended: reason=')), 2, 'once for each';
is live()->{ended}{revoked}, 2, 'so does the status';
is live()->{open}, 1, 'one is still open';
like $nginx->access_log, qr{^GET /socket 101 revoked $}m, 'and so does the access log';

undef $sockets;

done;
