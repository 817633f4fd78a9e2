# The same over HTTP/2 and TLS: split cookies, bodies, refusals, redirects.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $nginx = Nginx->new(
    tls => 1,
    realm => 'key v1 file=v1.key; cookie access_token; login /login return=next;',
    echo => '$session_user $session_source',
);
sub http2 { my ($method, $path, @headers) = @_; Client::http2($nginx->tls_port, $method, $path, {tls => 1}, @headers) }
my $good = mint({});

my $response = http2('GET', '/', cookie($good));
is $response->protocol, 'HTTP/2', 'the protocol';
is $response->body, '42 cookie:access_token', 'a cookie';
is http2('GET', '/', bearer($good))->body, '42 bearer', 'a bearer token';
is http2('GET', '/', "cookie: a=b; access_token=$good; c=d")->body, '42 cookie:access_token', 'among others';
is http2('GET', '/', 'Cookie: a=b', cookie($good), 'Cookie: c=d')->body, '42 cookie:access_token',
    'in a field of its own';
is http2('GET', '/', cookie(mint({exp => 1})), cookie($good))->body, '42 cookie:access_token', 'two of one name';
is http2('POST', '/', bearer($good), {body => 'x' x 200000})->body, '42 bearer', 'with a body';

my $refused = http2('GET', '/', cookie(mint({exp => 1})));
is $refused->answer, '401 expired', 'a refusal';
is $refused->json->{reason}, 'expired', 'with its body';
is $refused->header('www-authenticate'),
    'Bearer realm="app", error="invalid_token", error_description="expired"', 'with its challenge';
like $refused->header('set-cookie'), qr/^access_token=;/, 'and the deleted cookie';
is http2('POST', '/', {body => 'x' x 200000})->status, 401, 'a refusal of a body';
is http2('HEAD', '/')->status, 401, 'HEAD';

my $redirect = http2('GET', '/page?a=b', 'Sec-Fetch-Mode: navigate');
is $redirect->status, 302, 'a navigation';
like $redirect->header('location'), qr{^(?:https://127\.0\.0\.1(?::\d+)?)?/login\?next=%2Fpage%3Fa%3Db$},
    'to the login';

my $own = 'https://127.0.0.1:' . $nginx->tls_port;
is http2('POST', '/', cookie($good), "Origin: $own")->status, 200, 'its own origin is https';
is http2('POST', '/', cookie($good), "Origin: http://127.0.0.1:@{[ $nginx->tls_port ]}")->answer, '403 origin',
    'not http';

my $plain = Nginx->new(http2 => 1, realm => 'key v1 file=v1.key; cookie access_token;', echo => '$session_user');
is Client::http2($plain->port, 'GET', '/', cookie($good))->body, '42', 'HTTP/2 without TLS';
is Client::http2($plain->port, 'GET', '/')->answer, '401 missing', 'and without a session';

done;
