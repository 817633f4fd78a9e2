# A graceful end with lookups in flight: quitting and reloading workers answer those who wait, then go; a worker that
# cannot get an answer goes after the timeout; a fast end (TERM) waits for nobody.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Time::HiRes qw(time);

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $timeout = 2;
write_file('page', 'hello', 0644);
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; revocation strict; redis @{[ $proxy->address ]};
        redis_timeout ${timeout}s; redis_connect_timeout 3s;",
    locations => 'location / { auth_session app; root ' . folder() . '; }',    # an upstream of its own would end too
);
my %cookie = (good => cookie(mint({sub => 'good'})), bad => cookie(mint({sub => 'bad', jti => 'j'})));
$redis->cli('SET', 'session:revoked:{bad}:j', 1);

sub ask {
    my @clients = map { $nginx->connect } 1 .. 8;
    $clients[$_]->send(Client::format_request('GET', '/page', $cookie{$_ % 2 ? 'bad' : 'good'})) for 0 .. 7;
    sleep 0.1;
    return @clients;
}

sub answers { join ' ', map { my $response = $_->response; $response ? $response->answer : 'nothing' } @_ }

sub well {
    return wait_until { $nginx->get('/page', $cookie{good})->answer eq '200 valid' } 5;
}

my $own = join ' ', ('200 valid', '401 revoked') x 4;
ok well(), 'all is well';

$proxy->mode('delay', 400);
my @clients = ask();
ok $nginx->reload, 'a reload while eight wait';
is answers(@clients), $own, 'all are answered by the old worker';
$proxy->mode('pass');
eventually { $nginx->workers('all') == 1 } 3, 'which goes';
ok well(), 'the new one serves';

$proxy->mode('drop');
@clients = ask();
my $start = time;
ok $nginx->reload, 'a reload while Redis is silent';
is answers(@clients), join(' ', ('503 store', '401 revoked') x 4), 'they are told so, or what is known';
eventually { $nginx->workers('all') == 1 } $timeout + 1, 'the old worker goes after the timeout';
note sprintf 'gone after %.2f s', time - $start;
$proxy->mode('pass');
$proxy->cut;
ok well(), 'the new one serves';

$proxy->mode('delay', 300);
@clients = ask();
$proxy->cut;
ok $nginx->reload, 'a reload just when the connection is lost';
is answers(@clients), $own, 'they are asked for again';
$proxy->mode('pass');
ok well(), 'the new one serves';

# A stream that began before, a request that comes to the old worker after the reload.
$proxy->mode('delay', 100);
my $late = $nginx->connect;
$late->send("GET /page HTTP/1.1\r\nHost: localhost\r\n");
sleep 0.1;
ok $nginx->reload, 'a reload amid a request';
$late->send("$cookie{bad}\r\nConnection: close\r\n\r\n");
is answers($late), '401 revoked', 'it is judged with a connection of its own';
$proxy->mode('pass');
eventually { $nginx->workers('all') == 1 } 3, 'the old worker goes';

# Idle: nothing holds a worker back.
ok well(), 'well';
my $idle = $nginx->connect;
$idle->send(Client::format_request('GET', '/page', $cookie{good}, 'Connection: keep-alive'));
is answers($idle), '200 valid', 'a connection that is kept alive';
$start = time;
ok $nginx->reload(drained => 1), 'a reload while all is idle';
cmp_ok time - $start, '<', patience(1.5), 'the old worker goes at once';

$redis->pause;
$nginx->get('/page', $cookie{good});
$start = time;
ok $nginx->reload(drained => 1), 'a reload while Redis hangs and nobody waits';
cmp_ok time - $start, '<', patience(1.5), 'the old worker goes at once';
$redis->resume;
ok well(), 'the new one serves';

# worker_shutdown_timeout cuts off who still waits.
ok $nginx->reload(main => 'worker_shutdown_timeout 200ms;', drained => 1), 'a limit for the end of workers';
ok well(), 'well';
$proxy->mode('drop');
@clients = ask();
$start = time;
ok $nginx->reload, 'a reload while Redis is silent';
my @ends = map { $_->response } @clients;
is scalar(grep { defined && $_->status != 503 } @ends), 0, 'cut off or told so';
eventually { $nginx->workers('all') == 1 } 3, 'the old worker goes';
cmp_ok time - $start, '<', $timeout, 'before the timeout' unless $ENV{TEST_NGINX_PRELOAD};
$proxy->mode('pass');
$proxy->cut;
ok well(), 'the new one serves';

ok $nginx->reload(main => ''), 'no such limit';
ok well(), 'well';
$proxy->mode('delay', 300);
@clients = ask();
kill QUIT => $nginx->pid;
is answers(@clients), $own, 'quit: all are answered';
eventually { $nginx->gone } 3, 'and nginx ends';

$nginx->start;
$proxy->mode('drop');
@clients = ask();
$start = time;
kill TERM => $nginx->pid;
eventually { $nginx->gone } 0.8, 'a fast end waits for nobody';
is $proxy->open_connections, 0, 'no connection to Redis is left';

done;
