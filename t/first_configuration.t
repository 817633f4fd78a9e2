# The first configuration as its users meet it: logins, refreshed pages, logouts, and who is sent to log in.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Example;

new_key($_) for qw(v1 v2);
mkdir folder() . '/session';
write_file("session/$_.key", read_file(folder() . "/$_.key")) for qw(v1 v2);
my $redis = RedisServer->new;
my $nginx = Example->new(example => 'first', redis => $redis);
my @page = ('Sec-Fetch-Mode: navigate');
my %claims = (sub => '42', jti => 'one', iat => time - 10);

# What a browser has after the response, and sends with its next request.
sub jar { map { /^([^=;]+=[^;]+)/ ? $1 : () } $_[0]->headers('Set-Cookie') }
sub cookies { 'Cookie: ' . join '; ', @_ }

# Tokens of another login service; a browser without one; a revoked one.
my $token = mint(\%claims, key => 'v2');
like $nginx->get('/', cookie($token))->body, qr/^42 /, 'the application knows the user';
is $nginx->get('/', cookie(mint({}, key => 'v1')))->status, 200, 'the fallback key';
my $lost = $nginx->get('/orders?page=2', @page);
is $lost->status, 302, 'a browser without a session';
like $lost->header('Location'), qr{/login\?next=%2Forders%3Fpage%3D2$}, 'is sent to log in';
is $nginx->get('/login', @page)->status, 200, 'where it needs no session';
is $nginx->get('/login', 'X-User: 1')->body, '  ', 'and cannot name a user itself';
$redis->cli('SET', 'session:revoked:{42}:one', 1, 'EX', 3600);
is $nginx->get('/', cookie($token))->json->{reason}, 'revoked', 'a revoked token';
is $nginx->get('/session-status')->json->{realms}{app}{requests}{revoked}, 1, 'is counted';
$redis->cli('FLUSHALL');

# A login, a page and a script that refresh, a logout.
my $login = $nginx->post('/login?user=42');
my ($access, $refresh) = jar($login);
is_deeply [map { /^(\w+)=/ } $access, $refresh], [qw(access_token refresh_token)], 'a login sets the cookies';
is $login->header('X-Session-User'), undef, 'the header stays inside';
like $redis->cli('KEYS', 'session:data:*'), qr/^session:data:\{42\}:[\w-]{22}$/, 'there is a record';
like $nginx->get('/', cookies($access))->body, qr/^42 /, 'the application knows who logged in';
is $nginx->get('/', cookies($refresh))->json->{reason}, 'missing', 'without the access cookie a call is told so';
my $page = $nginx->get('/', cookies($refresh), @page);
like $page->body, qr/^42 /, 'while a page is refreshed in place';
my ($next) = grep {/^refresh_token=/} jar($page);
my $refreshed = $nginx->post('/api/auth/refresh', cookies($next), 'Origin: https://localhost');
is_deeply $refreshed->json, {access_expires_in => 900, refresh_expires_in => 604800}, 'and a script refreshes';
my @now = jar($refreshed);
like $nginx->get('/api/auth/token-health', cookies(@now))->json->{expires_in}, qr{^(?:900|89\d)$},
    'health knows the new token';
is $nginx->post('/logout', cookies(@now), 'Origin: https://evil.example')->json->{reason}, 'origin',
    'a foreign page logs nobody out';
my $out = $nginx->post('/logout', cookies(@now), 'Origin: https://localhost', @page);
is join(' ', $out->status, $out->header('Location') =~ s{^https://[^/]+}{}r), '303 /', 'a logout';
is scalar(grep {/^\w+=; .*Max-Age=0/} $out->headers('Set-Cookie')), 2, 'deletes both cookies';
is $nginx->get('/', cookies(@now))->json->{reason}, 'revoked', 'the token is worth nothing now';
is $nginx->post('/api/auth/refresh', cookies(@now))->json->{reason}, 'revoked', 'nor is the refresh token';

is_deeply {map { $_ => $nginx->get('/session-status')->json->{realms}{app}{$_} } qw(issued refreshed logouts)},
    {issued => 1, refreshed => 2, logouts => 1}, 'and the status counts it';

done;
