# The redirect to `login` says where to return to and why, and never names another site; $session_return_to reads it.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $key = 'key v1 file=v1.key; cookie access_token;';
my %realm = (app => 'login /login return=next reason=why;', query => 'login /login?tab=1 return=next;',
    far => 'login https://id.example/login return=next;',
    reason => 'login /login reason=why;', plain => 'login /login;');
my $nginx = Nginx->new(
    realms => {map { $_ => "$key $realm{$_}" } keys %realm},
    server => 'add_header X-Return "[$session_return_to]" always; merge_slashes off;',
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} grep { $_ ne 'app' }
            keys %realm) . '
        location / { auth_session app; proxy_pass http://backend; }
        location = /login { auth_session app; auth_session_mode verify; proxy_pass http://backend; }
        location = /none { auth_session plain; auth_session_mode verify; proxy_pass http://backend; }
        location = /off { proxy_pass http://backend; }',
);

# Where a navigation is sent; nginx puts its own scheme and host before a path.
sub target {
    my ($path, @headers) = @_;
    my $client = $nginx->connect;
    $client->send(Client::format_request('GET', $path, 'Sec-Fetch-Mode: navigate', @headers));
    my $response = $client->response;
    return ($response->header('Location') // $response->status) =~ s{^http://[^/]+/}{/}r;
}

is target('/plain/x?y'), '/login', 'no parameters asked for';
is target('/reason/x'), '/login?why=missing', 'the reason';
is target('/reason/x', cookie(mint({exp => 1}))), '/login?why=expired', 'another reason';
is target('/page'), '/login?next=%2Fpage&why=missing', 'both';
is target('/query/x'), '/login?tab=1&next=%2Fquery%2Fx', 'a login URL with a query of its own';
is target('/far/x?a=b'), 'https://id.example/login?next=%2Ffar%2Fx%3Fa%3Db', "another site's login, own path only";
is target('/'), '/login?next=%2F&why=missing', 'the root';

my @paths = (
    ['/a?b=c&d=e', '%2Fa%3Fb%3Dc%26d%3De'],
    ['/a?', '%2Fa%3F'],
    ['/a%20b', '%2Fa%2520b'],
    ['/a?b=%26c', '%2Fa%3Fb%3D%2526c'],
    ['/a-._~Z9', '%2Fa-._~Z9'],
    ["/a'\"<>(),;+", '%2Fa%27%22%3C%3E%28%29%2C%3B%2B'],
    ["/\xc3\xa9", '%2F%C3%A9'],
    ['/a%0d%0aX:1', '%2Fa%250d%250aX%3A1'],
    ['//evil.example', '%2F'],
    ['//evil.example/a', '%2F'],
    ['/\evil.example', '%2F'],
    ['/a/../../b', '%2Fa%2F..%2F..%2Fb'],
);
is target($_->[0]), $_->[0] =~ m{\.\./} ? 400 : "/login?next=$_->[1]&why=missing", "returns to $_->[0]" =~ s/[^ -~]/?/gr
    for @paths;
is target('http://evil.example/page?x'), '/login?next=%2Fpage%3Fx&why=missing', 'never the host of an absolute URI';
is target('/page', 'Host: evil.example'), '/login?next=%2Fpage&why=missing', 'nor that of the Host header';

my $form = $nginx->post('/page', 'Sec-Fetch-Mode: navigate', {body => 'a=b'});
is $form->status, 303, 'a form';
is $form->header('Location') =~ s{^http://[^/]+/}{/}r, '/login?why=missing', 'is not returned to';

sub read_back { ($nginx->get("/login?$_[0]")->header('X-Return') // '') =~ s/^\[(.*)\]$/$1/r }
my @back = (
    ['next=%2Fpage', '/page'],
    ['next=/page', '/page'],
    ['a=b&next=%2Fpage&c=d', '/page'],
    ['next=%2Fa%3Fb%3Dc%26d', '/a?b=c&d'],
    ['next=%2Fa%2520b', '/a%20b'],
    ['next=%2F', '/'],
    ['next=', ''], ['', ''], ['anext=%2Fpage', ''], ['next=page', ''], ['next=%', ''], ['next=%2Fa%2', ''],
    ['next=%2Fa%zz', ''],
    ['next=%2F%2Fevil.example', ''], ['next=//evil.example', ''], ['next=%2F%5Cevil.example', ''],
    ['next=/\evil.example', ''], ['next=%2F%09%2Fevil.example', ''], ['next=%2Fa%0D%0AX-Evil:1', ''],
    ['next=%2Fa%00', ''], ['next=https%3A%2F%2Fevil.example', ''], ['next=javascript:alert(1)', ''],
    ['next=%252F%252Fevil.example', ''], ['next=%20%2Fpage', ''],
);
is read_back($_->[0]), $_->[1], "read back: $_->[0]" for @back;
is $nginx->get('/none?next=%2Fpage')->header('X-Return'), '[]', 'a realm without the parameter';
is $nginx->get('/off?next=%2Fpage')->header('X-Return'), '[]', 'no realm';

done;
