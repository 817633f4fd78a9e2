# A CORS preflight is never rejected; any other OPTIONS is judged like every request.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $nginx = Nginx->new(realm => 'key v1 file=v1.key; cookie access_token;', echo => '[$session_status]',
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /require { auth_session app; auth_session_require $session_claim_admin; proxy_pass http://backend; }');

my @origin = ('Origin: https://app.example');
my @preflight = (@origin, 'Access-Control-Request-Method: POST');
my $good = cookie(mint({}));

is $nginx->request('OPTIONS', '/', @preflight)->status, 200, 'a preflight passes';
is $nginx->request('OPTIONS', '/', @preflight, 'Access-Control-Request-Headers: authorization')->status, 200,
    'also with headers';
is $nginx->request('OPTIONS', '/', @preflight, cookie('x'))->status, 200, 'whatever its cookie';
is $nginx->request('OPTIONS', '/', @preflight, cookie('x'))->header('Set-Cookie'), undef, 'which stays';
is $nginx->request('OPTIONS', '/require', @preflight)->status, 200, 'whatever the location requires';

is $nginx->request('OPTIONS', '/')->status, 401, 'OPTIONS alone is judged';
is $nginx->request('OPTIONS', '/', @origin)->status, 401, 'with Origin only';
is $nginx->request('OPTIONS', '/', 'Access-Control-Request-Method: POST')->status, 401, 'with a method only';
is $nginx->request('OPTIONS', '/', $good)->status, 200, 'with a session';
is $nginx->get('/', @preflight)->status, 401, 'GET with these headers is no preflight';
is $nginx->post('/', @preflight)->status, 401, 'nor is POST';

done;
