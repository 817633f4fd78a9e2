# format=nextauth: the session cookies that next-auth 4 sets at a login are sessions, under both of its names.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use NextCookies;
use Sessions;

new_key($_) for qw(v1 v2 other);
write_file('line.key', read_file(folder() . '/v1.key') . "\n");
my $redis = RedisServer->new;
my ($plain, $secure) = qw(next-auth.session-token __Secure-next-auth.session-token);
my $tokens = "token cookie=$secure format=nextauth; token cookie=$plain format=nextauth;";
my $nginx = Nginx->new(
    realms => {
        app => "key v1 file=v1.key; $tokens @{[ $redis->directives ]}",
        old => "key v2 file=v2.key; key v1 file=line.key; $tokens cookie $plain samesite=lax;",
        past => "key v2 file=v2.key; key v1 file=v1.key until=2020-01-01T00:00:00Z; $tokens",
        other => "key other file=other.key; $tokens",
        alg => "key v1 file=v1.key alg=HS512; $tokens",
        jwt => "key v1 file=v1.key; token cookie=$plain; token bearer format=nextauth; token header=X-Token;",
    },
    echo => '$session_user|$session_id|$session_key|$session_source|$session_claim_name|$session_claim_role|'
        . '$session_header_enc|$session_version|$session_cache',
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"}
        qw(app old past other alg jwt)) . '
        location = /require { auth_session app; auth_session_require $session_claim_role; proxy_pass http://backend; }
        location = /logout { session_logout app; }
        location = /health { session_health app; }
        location = /status { session_status; }',
);
my $now = time;
my ($login, $tls, $long_gone, $admin) = nextauth({}, {secure => 1, user => '43'}, {max_age => -10},
    {claims => {role => 'admin', jti => 'x'}});
sub answer { my ($realm, @headers) = @_; $nginx->get("/$realm", @headers)->answer }
sub hit { echo('app', $tls)->[-1] eq 'HIT' }
sub echo { [split /\|/, $nginx->get("/$_[0]", jar($_[1]))->body, -1] }

is_deeply [sort keys %$login, keys %$tls], [$secure, $plain], 'the names that the library chooses';
eventually { hit() && sleep(0.2) && hit() } 5, 'answers are kept once the tracking connection stands';
my $seen = echo('app', $login);
my $id = $seen->[1];
like $id, qr/^[0-9a-f-]{36}$/, 'its jti is the session';
is_deeply $seen, ['42', $id, 'v1', "cookie:$plain", 'A User', '', 'A256GCM', '', 'MISS'], 'the session, first seen';
is_deeply echo('app', $login), ['42', $id, 'v1', "cookie:$plain", 'A User', '', 'A256GCM', '', 'HIT'],
    'and when it is known: claims are still there';
is_deeply [@{echo('app', $tls)}[0, 3]], ['43', "cookie:$secure"], 'the name by TLS';
is $nginx->get('/require', jar($admin))->answer, '200 valid', 'a claim that a callback added';
is $nginx->get('/require', jar($login))->answer, '403 forbidden', 'and one without';
is answer('alg', jar($login)), '200 valid', 'alg of the key is for signed tokens';

# Keys.
is answer('other', jar($login)), '401 signature', 'a secret that does not open it';
is $nginx->navigate('/other', jar($login))->header('Set-Cookie'), undef, 'the cookie stays: another node may know it';
is answer('past', jar($login)), '401 key', 'a secret whose time has ended';
my $response = $nginx->get('/old', jar($login));
is $response->answer, '200 valid', 'the secret before, its file with a newline';
is $response->header('Set-Cookie'), undef, 'the token is not signed again';
is $nginx->get('/old', jar($login))->answer, '200 valid', 'once more';
is status_of($nginx, 'old')->{fallback}, 2, 'each use of the secret before is counted';

# Times and forms.
$response = $nginx->get('/app', jar($long_gone));
is $response->answer, '401 expired', 'expired';
like $response->header('Set-Cookie'), qr/^$plain=;.*Max-Age=0/, 'its cookie is deleted';
my $token = whole($login);
(my $changed = $token) =~ s/\.(.)([^.]*)$/'.' . ($1 eq 'A' ? 'B' : 'A') . $2/e;
is answer('app', cookie($changed, $plain)), '401 signature', 'another tag';
is answer('app', cookie(mint({}), $plain)), '401 malformed', 'a signed token';
is answer('app', cookie("$token.x", $plain)), '401 malformed', 'a sixth part';
is answer('jwt', jar($login)), '401 malformed', 'where signed tokens are read it is none';
is answer('jwt', bearer($token)), '200 valid', 'from a header';
is answer('jwt', jar($login)), '401 malformed', 'which makes it good in no other place';
is answer('jwt', "X-Token: $token"), '401 malformed', 'nor in another header';
is answer('jwt', bearer(mint({}))), '401 malformed', 'a signed token where encrypted ones are read';

# The endpoints, and the lists by the names of the token.
my $health = $nginx->get('/health', jar($login))->json;
is_deeply [@$health{qw(compatible key reason token_version)}], [JSON::PP::true(), 'v1', 'valid', undef], 'health';
cmp_ok abs($health->{expires_in} - 30 * 86400 - $now + time), '<', 10, 'it lives as long as the library says';
is $nginx->post('/logout', jar($login), 'Origin: http://evil.example')->answer, '403 origin', 'by another site: no';
$response = $nginx->post('/logout', jar($login));
is $response->status, 200, 'logout';
like $response->header('Set-Cookie'), qr/^$plain=;.*Max-Age=0/, 'deletes the cookie';
is $redis->cli('EXISTS', "session:revoked:{42}:$id"), 1, 'revokes the token by its jti';
is answer('app', jar($login)), '401 revoked', 'which is out';
is answer('app', jar($login, $tls)), '200 valid', 'another session beside it is good';
is $nginx->request('POST', '/app', jar($tls), 'Origin: http://evil.example')->answer, '403 origin', 'as cookies are';

done;
