# Requests that wait for Redis go on where they stopped: with satisfy, error pages, internal redirects (one lookup),
# other access modules, bodies, HTTP/2.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
$proxy->mode('delay', 30);
my $nginx = Nginx->new(
    tls => 1,
    realm => "key v1 file=v1.key; cookie access_token; login /login; revocation strict;
        @{[ $proxy->directives ]}",
    echo => '[$session_status][$session_user]',
    server => 'root ' . folder() . ';',
    backend => 'location / { return 200 $http_x_echo; } location /accel { add_header X-Accel-Redirect /inner; return 204; }
        location /grant { return 204; } location /refuse { return 403; }',
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /any { satisfy any; deny all; auth_session app; proxy_pass http://backend; }
        location /open { satisfy any; auth_session app; auth_request /grant; proxy_pass http://backend; }
        location /closed { satisfy any; auth_session app; auth_request /refuse; proxy_pass http://backend; }
        location /both { auth_session app; auth_request /grant; proxy_pass http://backend; }
        location /page { auth_session app; error_page 401 = @sorry; proxy_pass http://backend; }
        location /again { auth_session app; error_page 401 /guarded; proxy_pass http://backend; }
        location /files { auth_session app; try_files $uri @files; }
        location /accel { auth_session app; proxy_pass http://backend; }
        location /verify { auth_session app; auth_session_mode verify; proxy_pass http://backend; }
        location /early { auth_session app; set $early $session_status; add_header X-Early $early always;
            add_header X-Reason $session_status always; proxy_pass http://backend; }
        location /guarded { auth_session app; proxy_pass http://backend; }
        location /inner { internal; auth_session app; proxy_pass http://backend; }
        location /grant { internal; proxy_pass http://backend; }
        location /refuse { internal; proxy_pass http://backend; }
        location @files { auth_session app; proxy_pass http://backend; }
        location @sorry { proxy_pass http://backend; }',
);
my $good = cookie(mint({jti => 'j1'}));
my $revoked = cookie(mint({jti => 'j2'}));
$redis->cli('SET', 'session:revoked:{42}:j2', 1);

# Status, reason, and how many lookups were made.
sub judged {
    my ($path, @headers) = @_;
    $proxy->forget;
    my $answer = $nginx->get($path, @headers)->answer;
    my $lookups = grep {/^GET session:epoch$/} $proxy->commands;
    return "$answer, $lookups";
}
my @table = (
    # path, with a good session, with a revoked one
    ['/', '200 valid, 1', '401 revoked, 1'],
    ['/any', '200 valid, 1', '401 revoked, 1'],
    ['/open', '200 valid, 1', '200 revoked, 1'],
    ['/closed', '200 valid, 1', '401 revoked, 1'],
    ['/both', '200 valid, 1', '401 revoked, 1'],
    ['/page', '200 valid, 1', '200 revoked, 1'],
    ['/again', '200 valid, 1', '401 revoked, 1'],
    ['/files', '200 valid, 1', '401 revoked, 1'],
    ['/accel', '200 valid, 1', '401 revoked, 1'],
    ['/verify', '200 valid, 1', '200 revoked, 1'],
    ['/early', '200 valid, 1', '401 revoked, 1'],
);
for my $case (@table) {
    my ($path, @expected) = @$case;
    is judged($path, $good), $expected[0], "$path: good";
    is judged($path, $revoked), $expected[1], "$path: revoked";
    is scalar($nginx->get($path, $revoked)->headers('Set-Cookie')), 1, "$path: one Set-Cookie"
        if $expected[1] =~ /^401/;
}
is $nginx->get('/early', $revoked)->header('X-Early'), 'valid', 'before the access phase Redis is not asked yet';
is $nginx->get('/page', $revoked)->body, '[revoked][]', 'the verdict is there on the error page';

is $nginx->post('/', $good, {body => 'x' x 500000})->body, '[valid][42]', 'a body arrives while waiting';
my $client = $nginx->connect;
$client->send("POST / HTTP/1.1\r\nHost: localhost\r\n$good\r\nContent-Length: 4\r\nConnection: close\r\n\r\n");
sleep 0.1;
$client->send('body');
is $client->response->body, '[valid][42]', 'or after it';
is $nginx->post('/', $good, 'Expect: 100-continue', {body => 'body'})->body, '[valid][42]', 'or is asked for';
is $nginx->request('HEAD', '/', $revoked)->answer, '401 revoked', 'HEAD';
is Client::http2($nginx->tls_port, 'POST', '/', {tls => 1, body => 'x' x 500000}, $good)->body, '[valid][42]', 'HTTP/2';
is Client::http2($nginx->tls_port, 'GET', '/', {tls => 1}, $revoked)->answer, '401 revoked', 'HTTP/2, revoked';
is $nginx->navigate('/', $revoked)->status, 302, 'a redirect';

my @clients = map { $nginx->connect } 1 .. 20;
$clients[$_]->send(Client::format_request('GET', '/', cookie(mint({sub => "user$_"})))) for 0 .. 19;
is_deeply [map { $_->response->body } @clients], [map {"[valid][user$_]"} 0 .. 19], 'twenty at once, each its own';

done;
