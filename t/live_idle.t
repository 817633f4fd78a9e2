# Data in an upgraded connection keeps its session from being idle, a stream does not; each session knows how many
# connections it has. In Redis and in the zone.
use FindBin;
use lib "$FindBin::Bin/lib";
use Admin;
use Kit;
use LiveApp;
use Stores;
use Time::HiRes qw(sleep time);

new_key('v1');
my $app = LiveApp->new;

each_store(sub {
    my ($store) = @_;
    my $nginx = Nginx->new(
        workers => 2,
        realm => "key v1 file=v1.key; cookie access_token; record require; idle_timeout 6s; $store->{realm}",
        locations => $app->location('/') . 'location /admin/ { session_admin app write=on; }',
    );
    my $admin = Admin->new($nginx, '/admin');
    my $sockets = $app->sockets;
    my %in = map { $_ => $admin->begin($_) } qw(talks rests streams);
    my $cookie = sub { cookie($in{$_[0]}{access_token}) };
    my $connections = sub { $admin->get("/sessions/$in{$_[0]}{id}?user=$_[0]")->{connections} };

    is $sockets->open($nginx->port, '/socket', $cookie->('talks')), 'open', 'one that talks';
    is $sockets->open($nginx->port, '/socket', $cookie->('rests')), 'open', 'one that rests';
    my $start = time;
    my $stream = $nginx->connect;
    $stream->send(Client::format_request('GET', '/events', $cookie->('streams')));
    ok $stream->fill(time + patience(5)), 'and a stream';
    for (1 .. 12) {
        sleep 1;
        last unless is $sockets->say(0, "word $_"), "said talks: word $_", "word $_";
        is $connections->('talks'), 1, 'it has one connection' if $_ == 3;
    }
    is $sockets->event(1), 'closed 1006', 'what rests is closed';
    like $nginx->log, qr/ended: reason=idle user="rests"/, 'as idle';
    my $end = time + patience(5);
    my $got;
    1 while $got = $stream->fill($end);
    like $nginx->log, qr/ended: reason=idle user="streams"/, 'a stream is no activity';
    unlike $nginx->log, qr/user="talks"/, 'what talks is not idle';
    is $nginx->get('/', $cookie->('talks'))->answer, '200 valid', 'nor are other requests of its session';
    is $sockets->event(0, 15), 'closed 1006', 'until it rests too';
    like $nginx->log, qr/ended: reason=idle user="talks"/, 'as idle';
    is $connections->('talks'), 0, 'it has none';
    undef $sockets;
});

# Beyond the longest life of a session, whatever it does.
my $nginx = Nginx->new(
    realm => 'key v1 file=v1.key; cookie access_token; absolute_timeout 5s; access_lifetime 1h;',
    locations => $app->location('/') . 'location /admin/ { session_admin app write=on; }',
);
my $session = Admin->new($nginx, '/admin')->begin('42');
my $sockets = $app->sockets;
my $start = time;
is $sockets->open($nginx->port, '/socket', cookie($session->{access_token})), 'open', 'absolute_timeout';
is $sockets->event(0, 12), 'closed 1006', 'ends it';
cmp_ok time - $start, '>', 3, 'in its time';
like $nginx->log, qr/ended: reason=expired user="42"/, 'as expired';
undef $sockets;

done;
