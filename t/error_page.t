# error_page answers for the module as for nginx's own refusals: internal pages, named locations, other codes.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $nginx = Nginx->new(
    realm => 'key v1 file=v1.key; cookie access_token;',
    echo => '[$session_status][$session_user][$uri]',
    locations => '
        location / { proxy_pass http://backend; }
        location /page { auth_session app; error_page 401 403 /sorry; proxy_pass http://backend; }
        location /code { auth_session app; error_page 401 =200 /sorry; proxy_pass http://backend; }
        location /taken { auth_session app; error_page 401 = /sorry; proxy_pass http://backend; }
        location /named { auth_session app; error_page 401 = @sorry; proxy_pass http://backend; }
        location /far { auth_session app; error_page 401 https://id.example/; proxy_pass http://backend; }
        location /again { auth_session app; error_page 401 /guarded; proxy_pass http://backend; }
        location /static { auth_session app; error_page 401 /note.txt; proxy_pass http://backend; }
        location /other { auth_session app; error_page 404 /sorry; proxy_pass http://backend; }
        location /require { auth_session app; auth_session_require $session_claim_admin; error_page 403 /sorry;
            proxy_pass http://backend; }
        location = /sorry { internal; proxy_pass http://backend; }
        location = /guarded { auth_session app; proxy_pass http://backend; }
        location = /note.txt { internal; }
        location @sorry { proxy_pass http://backend; }',
    server => 'root ' . folder() . ';',
);
write_file('note.txt', "please log in\n", 0644);
my $expired = cookie(mint({exp => 1}));
my $good = cookie(mint({}));

my @table = (
    # path, status, body
    ['/page', 401, '[expired][][/sorry]'],
    ['/code', 200, '[expired][][/sorry]'],
    ['/taken', 200, '[expired][][/sorry]'],
    ['/named', 200, '[expired][][/named]'],
    ['/static', 401, "please log in\n"],
);
for my $case (@table) {
    my ($path, $status, $body) = @$case;
    my $response = $nginx->get($path, $expired);
    is $response->status, $status, "$path: the status";
    is $response->body, $body, "$path: the page, and the first verdict";
    is scalar($response->headers('Set-Cookie')), 1, "$path: one Set-Cookie";
    is $nginx->get($path, $good)->status, 200, "$path: a session needs no page";
}
is scalar($nginx->get('/page', $expired)->headers('WWW-Authenticate')), 1, 'one challenge';

my $far = $nginx->get('/far', $expired);
is $far->status, 302, 'an error page elsewhere';
is $far->header('Location'), 'https://id.example/', 'where to';
is scalar($far->headers('Set-Cookie')), 1, 'one Set-Cookie there too';

my $again = $nginx->get('/again', $expired);
is $again->status, 401, 'a page that is guarded itself is refused again';
is scalar($again->headers('Set-Cookie')), 1, 'with one Set-Cookie';
is scalar($again->headers('WWW-Authenticate')), 1, 'and one challenge';

my $other = $nginx->get('/other', $expired);
is $other->header('Content-Type'), 'application/problem+json', 'error_page for other codes: the own body';
is $nginx->get('/require', $good)->body, '[forbidden][][/sorry]', '403 has its page';
is $nginx->post('/page', $expired, {body => 'x' x 100000})->body, '[expired][][/sorry]', 'a request with a body';
is $nginx->request('HEAD', '/page', $expired)->status, 401, 'HEAD';

done;
