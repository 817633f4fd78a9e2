# try_files, rewrite, X-Accel-Redirect and index lead elsewhere: the verdict goes with the request, a location that
# is on judges again, and there is one Set-Cookie a name.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
new_key('v2');
my $nginx = Nginx->new(
    realms => {
        app => 'key v1 file=v1.key; cookie access_token;',
        other => 'key v2 file=v2.key; cookie other_token;',
    },
    echo => '[$session_status][$session_user][$session_realm]',
    backend => 'location / { return 200 $http_x_echo; }
        location /accel { add_header X-Accel-Redirect $http_x_to; return 204; }',
    locations => '
        location / { auth_session app; try_files $uri @app; }
        location @app { proxy_pass http://backend; }
        location /twice { auth_session app; try_files $uri @guarded; }
        location @guarded { auth_session app; proxy_pass http://backend; }
        location /elsewhere { auth_session app; try_files $uri @other; }
        location @other { auth_session other; proxy_pass http://backend; }
        location /accel { auth_session app; proxy_set_header X-To $http_x_to; proxy_pass http://backend; }
        location @end { rewrite ^ /end break; proxy_pass http://backend; }
        location /file { internal; proxy_pass http://backend; }
        location /private { internal; auth_session other; proxy_pass http://backend; }
        location /open { rewrite ^ /closed last; }
        location /closed { auth_session app; proxy_pass http://backend; }
        location /folder/ { auth_session app; index page; }
        location = /folder/page { proxy_pass http://backend; }',
    server => 'root ' . folder() . ';',
);
mkdir folder() . '/folder';
write_file('folder/page', '', 0644);
my ($one, $two) = (mint({sub => 'one'}), mint({sub => 'two'}, key => 'v2'));
my ($cookie, $expired) = (cookie($one), cookie(mint({exp => 1})));

is $nginx->get('/', $cookie)->body, '[valid][one][app]', 'try_files: the session goes with the request';
is $nginx->get('/', $expired)->answer, '401 expired', 'try_files: no way around';
is $nginx->get('/twice', $cookie)->body, '[valid][one][app]', 'judged twice, the same verdict';
my $response = $nginx->get('/twice', $expired);
is $response->answer, '401 expired', 'refused once';
is scalar($response->headers('Set-Cookie')), 1, 'one Set-Cookie';

is $nginx->get('/elsewhere', "Cookie: access_token=$one; other_token=$two")->body, '[valid][two][other]',
    'another realm judges again';
is $nginx->get('/elsewhere', $cookie)->answer, '401 missing', 'and may refuse';
my $false = tamper($two);
is $nginx->get('/elsewhere', "Cookie: access_token=$one; other_token=$false")->answer, '401 signature',
    'a session of the first realm is none of the second';

is $nginx->get('/accel', $cookie, 'X-To: /file')->body, '[valid][one][app]', 'X-Accel-Redirect keeps the verdict';
is $nginx->get('/accel', $cookie, 'X-To: /private')->answer, '401 missing', 'X-Accel-Redirect into another realm';
is $nginx->get('/accel', "Cookie: access_token=$one; other_token=$two", 'X-To: /private')->body,
    '[valid][two][other]', 'with a session of it';
is $nginx->get('/accel', $cookie, 'X-To: @end')->body, '[valid][one][app]', 'X-Accel-Redirect to a named location';

is $nginx->get('/open')->answer, '401 missing', 'rewrite: the last location judges';
is $nginx->get('/open', $cookie)->body, '[valid][one][app]', 'rewrite: and lets in';
is $nginx->get('/folder/', $cookie)->body, '[valid][one][app]', 'index';
is $nginx->get('/folder/')->answer, '401 missing', 'index, without a session';
is $nginx->post('/twice', $cookie, {body => 'x' x 100000})->body, '[valid][one][app]', 'with a body';

done;
