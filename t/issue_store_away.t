# A login while the store cannot be written: 503 and no cookie in place of the whole of the upstream's answer, and
# no other response is touched.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Gateways;
use Logins;
use Time::HiRes qw(time);

new_key('v1');
my $redis = RedisServer->new;
my $store = FaultProxy->new(target => $redis->port);
my $gateways = Gateways->new;
my $http2 = free_port();
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; refresh_cookie refresh; redis @{[ $store->address ]};
        revocation off; redis_timeout 300ms; redis_connect_timeout 300ms;",
    server => "listen 127.0.0.1:$http2 http2; session_issue app; add_header X-Always 1 always; add_header X-Never 1;",
    backend => login_backend(),
    locations => "
        location /login { proxy_pass http://backend; }
        location /big { proxy_pass http://unix:@{[ $gateways->socket('http') ]}; add_header Set-Cookie own=1 always; }
        location /unbuffered { proxy_buffering off; proxy_pass http://unix:@{[ $gateways->socket('http') ]}; }
        location /zipped { gzip on; gzip_types text/plain; proxy_pass http://unix:@{[ $gateways->socket('http') ]}; }
        location /return { add_header X-Always 1 always; add_header X-Session-User 42;
            add_header Last-Modified 'Sun, 01 Jan 2023 00:00:00 GMT'; return 200 welcome; }
        location /moved { add_header X-Always 1 always; add_header X-Session-User 42; return 302 /next; }
        location /page { error_page 503 /sorry; add_header X-Session-User 42; return 200; }
        location /sorry { return 200 sorry; }
        location /in { auth_session app; proxy_pass http://backend/echo; }",
);
sub well { login($nginx, {})->status == 200 }
ok well(), 'well';
my %upstream = ('/login' => 0, '/return' => 0, '/moved' => 0, map { ("/$_?user=42&size=300000&etag=\"a\"" => 1,
    "/$_?user=42&size=300000&framing=chunked" => 1, "/$_?user=42&status=302&location=/x" => 1) }
    qw(big unbuffered zipped));

# All that such a response is: it has nothing of the upstream's but what "add_header ... always" adds.
sub is_away {
    my ($name, $response, $head) = @_;
    return fail "$name: no answer" unless $response;
    my %seen = map { my $header = $_; ($header => join ' | ', $response->headers($header)) } qw(Content-Type
        Cache-Control Retry-After Location ETag Last-Modified X-Session-User X-Always X-Never Content-Encoding
        Set-Cookie);
    my $always = $name =~ /big/ ? '' : 1;
    is_deeply {status => $response->status, %seen, $head ? () : (json => $response->json)},
        {status => 503, 'Content-Type' => 'application/problem+json', 'Cache-Control' => 'no-store', 'Retry-After' => 1,
        (map { $_ => '' } qw(Location ETag Last-Modified X-Session-User X-Never Content-Encoding)),
        'X-Always' => $always, 'Set-Cookie' => $always ? '' : 'own=1',
        $head ? () : (json => {title => 'Service Unavailable', status => 503, reason => 'store'})}, $name;
}

for my $mode (['refuse'], ['close'], ['drop'], ['silent'], ['truncate', 3], ['garbage', "HTTP/1.1 400\r\n\r\n"]) {
    $store->mode('pass');
    ok wait_until(sub { well() }, 5), "$mode->[0]: well before";
    $redis->cli('FLUSHALL');
    $store->mode(@$mode);
    is_away("$mode->[0] $_", $nginx->get($_, grants({user => 42}))) for sort keys %upstream;
    is_away("$mode->[0] $_, HTTP/2", Client::http2($http2, 'GET', $_, grants({user => 42}))) for sort keys %upstream;
    is_away("$mode->[0] /login, HEAD", $nginx->request('HEAD', '/login', grants({user => 42})), 1);
    is $nginx->get('/login')->body, 'welcome', "$mode->[0]: a response without a login";
    is $nginx->get('/in', cookie(mint({})))->body, '42', "$mode->[0]: a request with a session";
    is $nginx->get('/page')->status, 503, "$mode->[0]: with error_page";
    is_deeply [keys_of($redis, 'session:*:{*')], [], "$mode->[0]: no record" unless $mode->[0] =~ /drop|trunc/;
}
$store->mode('pass');
ok wait_until(sub { well() }, 5), 'well again';

# A connection that goes on after a 503, whatever came behind it.
$store->mode('silent');
my $client = $nginx->connect;
for my $path (map { ($_, '/return') } sort keys %upstream) {
    $client->send(Client::format_request('GET', $path, grants({user => '42'}), 'Connection: keep-alive'));
    is(($client->response // Response->new(''))->status, 503, "on one connection: $path");
}
$client->send(Client::format_request('GET', '/login', 'Connection: keep-alive'));
is $client->response->body, 'welcome', 'and at last one without a login';
my $start = time;
is login($nginx, {})->status, 503, 'silence';
cmp_ok time - $start, '<', patience(0.5), 'is waited for until the timeout, no longer';
$redis->stop;
$store->mode('pass');
is login($nginx, {})->status, 503, 'no server behind it';
like $nginx->log, qr/\[error\].*session: realm "app" no session of user="42": the store (?:is away|did not answer)/,
    'the log';

done;
