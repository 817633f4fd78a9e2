# Bodies that clients send to session_admin and session_backchannel_logout: large, chunked, slow, on HTTP/2, in files,
# and clients that leave before they have sent them or while the store is asked.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Admin;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my %setting = (
    realm => "key v1 file=v1.key; token bearer; issuer i; audience a; revocation strict; @{[ $proxy->directives ]}",
    locations => '
        location /admin/ { session_admin app write=on; client_body_timeout 1s; }
        location /file/ { session_admin app write=on; client_body_in_file_only clean; }
        location /small/ { session_admin app write=on; client_body_buffer_size 16; }
        location = /logout { session_backchannel_logout app; }',
);
my $nginx = Nginx->new(%setting);
my $http2 = Nginx->new(%setting, http2 => 1);
my $admin = Admin->new($nginx, '/admin');
my ($worker) = $nginx->workers;
my $json = 'Content-Type: application/json';
sub creation { my ($bytes) = @_; my $body = '{"user":"42","claims":{"a":"b"}}'; $body . ' ' x ($bytes > length $body ? $bytes - length $body : 0) }
sub chunked { my ($body, $size) = @_; join '', (map { sprintf "%x\r\n%s\r\n", length $_, $_ } $body =~ /(.{1,$size})/gs), "0\r\n\r\n" }
sub made { scalar(() = keys_of($redis, 'session:data:*')) }

# Sizes, from memory and from files.
for my $path ('/admin', '/file', '/small') {
    for my $size (0, 9000, 16 * 1024) {
        my $response = $nginx->post("$path/sessions", $json, {body => creation($size)});
        is $response->status, 201, "$path: $size bytes";
        $admin->session($response);
    }
}
is made(), 9, 'each made one';
for my $size (16 * 1024 + 1, 100_000, 900_000) {
    my $response = $admin->send(POST => '/sessions', creation($size), $json);
    is $response->status, 413, "$size bytes: 413";
    is $response->header('Content-Type'), 'application/problem+json', "$size bytes: the problem";
}
for my $case ([201, 100], [201, 16 * 1024], [413, 16 * 1024 + 1], [413, 500_000]) {
    my ($status, $size) = @$case;
    my $client = $nginx->connect;
    $client->send(Client::format_request('POST', '/admin/sessions', $json, 'Transfer-Encoding: chunked')
        . chunked(creation($size), 3000));
    my $response = $client->response;
    is $response->status, $status, "$size bytes in chunks: $status";
    $admin->session($response) if $status == 201;
}
is made(), 11, 'and no more';

# In pieces, slowly; too slowly.
my $client = $nginx->connect;
my $request = Client::format_request('POST', '/admin/sessions', $json, {body => creation(0)});
for my $piece ($request =~ /(.{1,40})/gs) { $client->send($piece); sleep 0.02 }
my $response = $client->response;
is $response->status, 201, 'slowly';
$admin->session($response);
$client = $nginx->connect;
$client->send(substr $request, 0, -5);
ok $client->closed(10), 'too slowly: the connection ends' or diag $client->{input};

# Two requests on one connection: the body of the first, refused or not, is not taken for the second.
for my $first ([404, 'POST', '/admin/none'], [405, 'PUT', '/admin/sessions'], [400, 'GET', '/admin/sessions?x'],
    [200, 'GET', '/admin/stats'], [200, 'DELETE', '/admin/users/99/sessions'], [405, 'PUT', '/logout'], [400, 'POST', '/logout']) {
    my ($status, $method, $path) = @$first;
    $client = $nginx->connect;
    $client->send(join '', map { Client::format_request(@$_, 'Connection: keep-alive') }
        [$method, $path, $json, {body => "GET /admin/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"}], ['GET', '/admin/stats']);
    is $client->response->status, $status, "$method $path with a body: $status";
    is $client->response->json->{total}, 12, "$method $path: the next request is the next";
}

# HTTP/2.
$response = Client::http2($http2->port, 'POST', '/admin/sessions', $json, {body => creation(12_000)});
is $response->status, 201, 'HTTP/2';
$admin->session($response);
my $large = write_file('large', creation(20_000), 0644);    # curl loses answers that come before the end of a body
like scalar `nghttp -v -d $large -H '$json' http://127.0.0.1:@{[ $http2->port ]}/admin/sessions`, qr/:status: 413\n/,
    'HTTP/2: too large';
is Client::http2($http2->port, 'DELETE', '/admin/users/a%2Fb/sessions')->json->{user}, 'a/b', 'HTTP/2: a name';
is Client::http2($http2->port, 'POST', '/logout', 'Content-Type: application/x-www-form-urlencoded', {body => 'logout_token=x'})
    ->status, 400, 'HTTP/2: a logout';

# Clients that leave: before the body is there, and while the store is asked.
$redis->cli('FLUSHALL');
$redis->cli('EVAL', 'for i = 1, 3000 do redis.call("HSET", "session:data:{u}:" .. i, "sub", "u") end', 0);
for my $abort (0, 1) {
    my @left = map { $nginx->connect } 1 .. 8;
    my @sent = (substr($request, 0, -5), $request, map { Client::format_request(@$_) } ['GET', '/admin/stats'], ['POST', '/admin/cleanup'],
        ['GET', '/admin/sessions'], ['GET', '/admin/sessions?user=u'], ['PUT', '/admin/users/u/stale', $json, {body => '{"before":1}'}],
        ['POST', '/admin/revoke', 'Content-Type: application/x-www-form-urlencoded', {body => 'token=x'}]);
    $proxy->mode('delay', 60);
    $left[$_]->send($sent[$_]) for 0 .. $#left;
    sleep 0.2;
    $abort ? $_->abort : $_->close for @left;
    $proxy->mode('pass');
    is $admin->get('/stats')->{complete}, JSON::PP::true(), 'the worker goes on';
}
is_deeply [$nginx->workers], [$worker], 'all the time it was one worker';

done;
