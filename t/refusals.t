# What a refusal looks like: problem+json, WWW-Authenticate, Cache-Control, on connections that go on.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $key = 'key v1 file=v1.key; cookie access_token;';
my $nginx = Nginx->new(
    realms => {
        app => $key,
        plain => "$key challenge 'Cookie realm=\"shop\"';",
        varied => "$key challenge 'Bearer realm=\"\$host\", error=\"\$session_status\", scope=\"\$arg_scope\"';",
    },
    server => 'server_tokens off;',
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /plain { auth_session plain; proxy_pass http://backend; }
        location /varied { auth_session varied; proxy_pass http://backend; }
        location /require { auth_session app; auth_session_require $session_claim_admin; proxy_pass http://backend; }',
);
my $good = mint({});

sub is_refusal {
    my ($response, $status, $reason) = @_;
    is $response->status, $status, "$reason: the status";
    is $response->header('Content-Type'), 'application/problem+json', "$reason: the type";
    my $problem = $response->json;
    is_deeply [sort keys %$problem], [qw(reason status title)], "$reason: the members";
    is $problem->{status}, $status, "$reason: status in the body";
    is $problem->{reason}, $reason, "$reason: reason in the body";
    like $problem->{title}, qr/^\w[\w ]+$/, "$reason: a title";
    is $response->header('Cache-Control'), 'no-store', "$reason: not to be stored";
    is scalar($response->headers('Content-Length')), 1, "$reason: a length";
}

my %bad = (malformed => 'x', algorithm => mint({}, alg => 'HS512'), key => mint({}, kid => 'v9'),
    signature => tamper($good), expired => mint({exp => 1}), early => mint({nbf => time + 1000}),
    claims => mint({sub => undef}));
for my $reason (sort keys %bad) {
    my $response = $nginx->get('/', cookie($bad{$reason}));
    is_refusal($response, 401, $reason);
    is_deeply [$response->headers('WWW-Authenticate')],
        ["Bearer realm=\"app\", error=\"invalid_token\", error_description=\"$reason\""], "$reason: the challenge";
}
my $missing = $nginx->get('/');
is_refusal($missing, 401, 'missing');
is_deeply [$missing->headers('WWW-Authenticate')], ['Bearer realm="app"'], 'missing: the challenge';

my $forged = $nginx->post('/', cookie($good), 'Origin: https://evil.example');
is_refusal($forged, 403, 'origin');
is $forged->header('WWW-Authenticate'), undef, 'origin: no challenge';
my $forbidden = $nginx->get('/require', cookie($good));
is_refusal($forbidden, 403, 'forbidden');
is $forbidden->header('WWW-Authenticate'), undef, 'forbidden: no challenge';

is $nginx->get('/plain')->header('WWW-Authenticate'), 'Cookie realm="shop"', 'a challenge of its own';
is $nginx->get('/varied?scope=read', cookie($bad{expired}))->header('WWW-Authenticate'),
    'Bearer realm="localhost", error="expired", scope="read"', 'a challenge with variables';
my $injected = $nginx->get('/varied?scope=a%0d%0aX-Evil:%201');
is $injected->header('X-Evil'), undef, 'no header comes in through it';

my $head = $nginx->request('HEAD', '/');
is $head->status, 401, 'HEAD is refused';
is $head->body, '', 'without a body';

my $client = $nginx->connect;
my $keep = 'Connection: keep-alive';
$client->send(join '', Client::format_request('GET', '/', $keep), Client::format_request('HEAD', '/', $keep),
    Client::format_request('POST', '/', $keep, {body => 'x' x 5000}),
    Client::format_request('GET', '/', $keep, cookie($good)),
    Client::format_request('GET', '/', cookie($bad{expired})));
is $client->response->answer, '401 missing', 'pipelined: refused';
is $client->response(head => 1)->answer, '401 missing', 'pipelined: refused, without a body';
is $client->response->answer, '401 missing', 'pipelined: a body is not taken for a request';
is $client->response->body, '42', 'pipelined: let in';
is $client->response->answer, '401 expired', 'pipelined: refused again';

my $old = $nginx->get('/', {version => '1.0'});
is $old->answer, '401 missing', 'HTTP/1.0';

done;
