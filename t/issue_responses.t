# Logins by responses of every kind: without a body, not modified, redirects, slow ones, those that break off; and
# clients that do not wait for theirs.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Gateways;
use Logins;
use Streams;
use Time::HiRes qw(time);

new_key('v1');
my $redis = RedisServer->new;
my $store = FaultProxy->new(target => $redis->port);
my $gateways = Gateways->new;
my $http = "proxy_pass http://unix:@{[ $gateways->socket('http') ]};";
my %pass = (buffered => $http, unbuffered => "$http proxy_buffering off;");
for my $protocol (qw(fastcgi scgi uwsgi)) {
    $pass{$protocol} = join '', "${protocol}_pass unix:@{[ $gateways->socket($protocol) ]};",
        map {"${protocol}_param $_;"} 'REQUEST_URI $request_uri', 'CONTENT_LENGTH $content_length';
}
my $http2 = free_port();
my $page = write_file('page.txt', 'a page', 0644);
my $nginx = Nginx->new(
    tls => 1,
    realm => "key v1 file=v1.key; cookie access_token; revocation off; @{[ $store->directives ]}",
    server => "listen 127.0.0.1:$http2 http2; lingering_close off; session_issue app;",
    locations => join('', map {"location /$_ { $pass{$_} }"} sort keys %pass) . "
        location /static { add_header X-Session-User 42; etag on; alias $page; }
        location /moved { add_header X-Session-User 42; return 302 /next; }
        location /nothing { add_header X-Session-User 42; return 204; }
        location /limited { limit_rate 1k; add_header X-Session-User 42; return 200 @{[ 'x' x 3000 ]}; }",
);
my $etag = $nginx->get('/static')->header('ETag');

sub said {
    my ($response) = @_;
    return 'no answer' unless $response;
    my $cookie = given($response) ? 'cookie' : 'no cookie';
    return join ', ', $response->status, length($response->body) . ' bytes', $cookie;
}

for my $mode (['pass'], ['delay', 15]) {
    $store->mode(@$mode);
    for my $name (sort keys %pass) {
        my $path = "/$name?user=42";
        for my $way ('HTTP/1.1', 'HTTP/2') {
            my $ask = $way eq 'HTTP/2' ? sub { Client::http2($http2, @_) } : sub { $nginx->request(@_) };
            is said($ask->('HEAD', "$path&size=40000")), '200, 0 bytes, cookie', "@$mode $name, $way: HEAD";
            is said($ask->('GET', "$path&status=304&etag=\"a\"")), '304, 0 bytes, cookie', "@$mode $name, $way: 304";
            is said($ask->('GET', "$path&status=204")), '204, 0 bytes, cookie', "@$mode $name, $way: 204";
            my $moved = $ask->('GET', "$path&status=302&location=/next");
            is said($moved), '302, 7 bytes, cookie', "@$mode $name, $way: 302";
            like $moved->header('Location'), qr{^(?:\w+://[^/]+)?/next$}, "@$mode $name, $way: with its target";
            is said($ask->('GET', "$path&status=303&location=/next")), '303, 7 bytes, cookie',
                "@$mode $name, $way: 303";
            is said($ask->('GET', "$path&status=201")), '201, 7 bytes, cookie', "@$mode $name, $way: 201";
            is said($ask->('GET', "$path&status=$_")), "$_, 7 bytes, no cookie", "@$mode $name, $way: $_"
                for 400, 401, 403, 404, 422, 500, 503;
            is said($ask->('POST', $path, {body => 'x' x 100_000})), '200, 7 bytes, cookie', "@$mode $name, $way: POST";
        }
    }
    for my $way ('HTTP/1.1', 'HTTP/2') {
        my $ask = $way eq 'HTTP/2' ? sub { Client::http2($http2, @_) } : sub { $nginx->request(@_) };
        is said($ask->('GET', '/static', "If-None-Match: $etag")), '304, 0 bytes, cookie', "@$mode static, $way: 304";
        like said($ask->('GET', '/static', 'Range: bytes=0-3')), qr/^(?:206, 4|200, 6) bytes, cookie$/,
            "@$mode static, $way: a range, or all of it";
        is said($ask->('HEAD', '/static')), '200, 0 bytes, cookie', "@$mode static, $way: HEAD";
        is said($ask->('GET', '/nothing')), '204, 0 bytes, cookie', "@$mode return, $way: 204";
        like said($ask->('GET', '/moved')), qr/^302, \d+ bytes, cookie$/, "@$mode return, $way: 302";
        is said($ask->('HEAD', '/moved')), '302, 0 bytes, cookie', "@$mode return, $way: HEAD of a redirect";
    }
}
$store->mode('pass');
my $client = $nginx->connect;
for my $range ('Range: bytes=0-3', 'Range: bytes=0-0,3-4', 'Range: bytes=9-', 'X-None: 1') {
    $client->send(Client::format_request('GET', '/static', $range, 'Connection: keep-alive'));
    my $response = $client->response;
    ok $response && $response->status =~ /^(?:200|206|416)$/ && $client->{input} eq '', "$range: and nothing behind it"
        or diag $response ? $response->head : 'no answer', $client->{input};
}

# The header waits for the store, not for the body.
my $start;
sub ask {
    my ($path, @headers) = @_;
    $client = $nginx->connect;
    $start = time;
    $client->send(Client::format_request('GET', $path, @headers));
}
for my $name (grep { $_ ne 'buffered' } sort keys %pass) {
    my $direct = $name eq 'unbuffered' ? '' : '-';
    ask("/$name?user=42&size=20000&pause=0.6");
    $client->fill($start + patience(0.5)) until $client->{input} =~ /\r\n\r\n/ || time > $start + patience(0.5);
    like $client->{input}, qr/^Set-Cookie: access_token=/m,
        "$name: the header is there while the upstream still streams";
    unlike $client->{input}, qr/00000880/, "$name: and the end of the body is not";
    is said($client->response), '200, 20000 bytes, cookie', "$name: all of it in the end";
}
$store->mode('delay', 200);
ask('/unbuffered?user=42&size=20000&pause=1');
$client->fill($start + patience(0.9));
my $taken = time - $start;
cmp_ok $taken, '>=', 0.4, 'a slow store: the header waits for both its answers';
cmp_ok $taken, '<', patience(0.9), 'and no longer';
my ($sid) = map { $_->{sid} // '' } (opened($client->{input} =~ /access_token=([^;]+)/ ? $1 : ''))[1];
is $redis->cli('EXISTS', "session:data:{42}:$sid"), 1, 'the record is there before the client sees the cookie';
is said($client->response), '200, 20000 bytes, cookie', 'the body that came meanwhile is all there';

# An upstream that breaks off, before the store has answered and behind it.
for my $mode (['pass'], ['delay', 100]) {
    $store->mode(@$mode);
    for my $name (sort keys %pass) {
        for my $size (9, 30_000) {
            ask("/$name?user=42&size=60000&die=$size");
            my $response = $client->response(timeout => 5);
            is $response->status, 200, "@$mode $name, cut after $size bytes: the header had come";
            isnt given($response), '', "@$mode $name, cut after $size bytes: the session was there before";
            my $expected = Gateways::pattern(60_000);
            is index($expected, $response->body), 0, "@$mode $name, cut after $size bytes: what came is right";
            cmp_ok length $response->body, '<=', $size, "@$mode $name, cut after $size bytes: and no more";
        }
    }
}

# Clients that leave while the store is asked: no session is given, nothing is left of them.
$store->mode('delay', 200);
my ($worker) = $nginx->workers;
sub descriptors { scalar(my @open = glob "/proc/$worker/fd/*") }
$nginx->get('/static');
my $before = descriptors();
my @paths = ('/static', '/moved', '/limited', map {"/$_?user=42&size=100000"} sort keys %pass);
for my $way (qw(close abort)) {
    my @clients = map { ask($_); $client } (@paths) x 3;
    sleep 0.1;
    $_->$way for @clients;
}
Streams::run($http2, {}, map { {path => $_, headers => [], reset => 0.1} } @paths);
Streams::run($http2, {leave => 0.1}, map { {path => $_, headers => []} } @paths);
$store->mode('pass');
eventually { descriptors() <= $before } 10, 'clients that left have taken their connections along';
is said($nginx->get($_)), '200, ' . (/size/ ? 100_000 : 6) . ' bytes, cookie', "well again: $_"
    for grep { !/mov|lim/ } @paths;
is join(',', $nginx->workers), $worker, 'by the same worker';

done;
