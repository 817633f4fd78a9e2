# Clients that close, abort or reset their stream while Redis is asked for them: their lookups are withdrawn, nothing
# leaks, and whoever stays gets his own answer.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Streams;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $http2 = free_port();
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; revocation strict; redis @{[ $proxy->address ]};
        redis_timeout 2s; redis_connect_timeout 300ms; live_connections keep;",
    server => "listen 127.0.0.1:$http2 http2; lingering_close off;",
);
my %own = map { $_ % 2 ? ("user$_" => "200 valid user$_") : ("user$_" => '401 revoked') } 1 .. 20;
my %cookie = map { $_ => cookie(mint({sub => $_, jti => 'j'})) } keys %own;
$redis->cli('SET', "session:revoked:{user$_}:j", 1) for grep { $_ % 2 == 0 } 1 .. 20;
my @users = sort keys %own;

sub ask {
    my ($user) = @_;
    my $client = $nginx->connect;
    $client->send(Client::format_request('GET', '/', $cookie{$user}));
    return $client;
}

sub said {
    my $response = shift->response // return 'nothing';
    return join ' ', $response->answer, $response->status == 200 ? $response->body : ();
}

my ($worker) = $nginx->workers;
sub descriptors { scalar(my @open = glob "/proc/$worker/fd/*") }
sub memory { read_file("/proc/$worker/status") =~ /VmRSS:\s+(\d+)/ ? $1 : 0 }    # kB
sub served { () = $nginx->access_log =~ /^GET \/ $_[0] /mg }

is said(ask($_)), $own{$_}, "$_ at leisure" for @users[0, 1];
my $descriptors = descriptors();

for my $way (qw(close abort)) {
    $proxy->mode('delay', 300);
    my $before = served(499);
    my @clients = map { [$_, ask($_)] } @users;
    sleep 0.1;
    $_->[1]->$way for @clients[grep { $_ % 3 == 0 } 0 .. $#clients];
    eventually { served(499) - $before == 7 } 2, "$way: seen before the answer came";
    is said($_->[1]), $own{$_->[0]}, "$way: $_->[0] stayed" for @clients[grep { $_ % 3 } 0 .. $#clients];
    $proxy->mode('pass');
    is said(ask($_)), $own{$_}, "$way: $_ after it" for @users[0 .. 3];
}

$proxy->mode('delay', 300);
my @said = Streams::run($http2, {}, map { {headers => [$cookie{$users[$_]}], reset => $_ % 3 ? undef : 0.1} } 0 .. 19);
is $said[$_], $_ % 3 ? $own{$users[$_]} : 'reset', "stream of $users[$_]" for 0 .. 19;
@said = Streams::run($http2, {leave => 0.1}, map { {headers => [$cookie{$_}]} } @users);
is_deeply [@said], [('left') x 20], 'a connection that is closed under its streams';
$proxy->mode('pass');
@said = Streams::run($http2, {}, map { {headers => [$cookie{$_}]} } @users);
is_deeply [@said], [@own{@users}], 'all streams of the next connection';

# Gone together with the timeout, and with the connection to Redis.
for my $blow (sub { sleep 0.05 }, sub { $proxy->cut }, sub { $proxy->mode('close') }, sub { $proxy->mode('refuse') }) {
    $proxy->mode('drop');
    my @clients = map { ask($_) } @users;
    $clients[$_]->abort for 0 .. 9;
    $blow->();
    $clients[$_]->abort for 10 .. 19;
    $proxy->mode('pass');
    ok wait_until(sub { said(ask('user1')) eq $own{user1} }, 5), 'well again';
}
is said(ask($_)), $own{$_}, "$_ in the end" for @users;

# Many of them: what they took is given back.
sub leave_often {
    for (1 .. $_[0]) {
        my @clients = map { ask($_) } @users;
        $_->abort for @clients;
        said(ask('user1'));    # answered behind them all: no more of them wait
    }
    Streams::run($http2, {leave => 0.02}, map { {headers => [$cookie{$_}]} } @users);
    return eventually { descriptors() <= $descriptors } 5, "descriptors after $_[0] times";
}
$proxy->mode('delay', 20);
leave_often(20);
my $memory = memory();
leave_often(60);
my $grown = memory() - $memory;
note "grown by $grown kB";
cmp_ok $grown, '<', 256, 'the memory of the worker after 1200 more' unless $ENV{TEST_NGINX_PRELOAD};
is $proxy->open_connections, 1, 'one connection to Redis';
is join(',', $nginx->workers), $worker, 'the worker is the same';

done;
