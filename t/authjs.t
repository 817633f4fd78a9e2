# format=authjs: the session cookies that Auth.js 5 sets at a login are sessions, under both of its names.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use NextCookies;
use Sessions;

new_key($_) for qw(v1 v2 other);
new_key('pem', 'ed25519');
write_file('set.json', jwk_set(['v1', 'a']), 0644);
my $redis = RedisServer->new;
my ($plain, $secure) = qw(authjs.session-token __Secure-authjs.session-token);
my $tokens = "token cookie=$secure format=authjs; token cookie=$plain format=authjs;";
my %realms = (
    app => "key v1 file=v1.key; $tokens @{[ $redis->directives ]}",
    new => "key v2 file=v2.key; key v1 file=v1.key; $tokens cookie $plain samesite=lax;",
    other => "key other file=other.key; $tokens",
    past => "key v2 file=v2.key; key v1 file=v1.key until=2020-01-01T00:00:00Z; $tokens",
    set => "key pem file=pem.key; key_set file=set.json; $tokens",
    bearer => 'key v1 file=v1.key; token bearer format=authjs;',
    named => "key v1 file=v1.key; token bearer format=authjs; token cookie=$secure format=authjs;",
);
my $nginx = Nginx->new(
    realms => \%realms,
    echo => '$session_user|$session_id|$session_key|$session_source|$session_claim_name|$session_claim_role|'
        . '$session_header_enc|$session_cache',
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} keys %realms) . '
        location = /logout { session_logout app; }
        location = /health { session_health other; }
        location = /status { session_status; }',
);
my ($login, $tls, $rotated, $long_gone, $admin) = authjs({}, {secure => 1, user => '43'}, {key => ['v2', 'v1']},
    {max_age => -10}, {claims => {role => 'admin'}});
sub answer { my ($realm, @headers) = @_; $nginx->get("/$realm", @headers)->answer }
sub hit { echo('app', $tls)->[-1] eq 'HIT' }
sub echo { [split /\|/, $nginx->get("/$_[0]", jar($_[1]))->body, -1] }

is_deeply [sort keys %$login, keys %$tls], [$secure, $plain], 'the names that the library chooses';
eventually { hit() && sleep(0.2) && hit() } 5, 'answers are kept once the tracking connection stands';
my $seen = echo('app', $login);
my $id = $seen->[1];
like $id, qr/^[0-9a-f-]{36}$/, 'its jti is the session';
is_deeply $seen, ['42', $id, 'v1', "cookie:$plain", 'A User', '', 'A256CBC-HS512', 'MISS'], 'the session, first seen';
is_deeply echo('app', $login), ['42', $id, 'v1', "cookie:$plain", 'A User', '', 'A256CBC-HS512', 'HIT'],
    'and when it is known: claims are still there';
is_deeply [@{echo('app', $tls)}[0, 3]], ['43', "cookie:$secure"], 'the name by TLS';
is echo('app', $admin)->[5], 'admin', 'a claim that a callback added';
is answer('set', jar($login)), '200 valid', 'a secret from a key set, behind a key that is none';

# Secrets: a list in the application is lines here.
is answer('new', jar($rotated)), '200 valid', 'the new secret of two';
is answer('app', jar($rotated)), '401 key', 'which a node that has the old one alone does not know';
is $nginx->navigate('/app', jar($rotated))->header('Set-Cookie'), undef, 'and leaves the cookie';
my $response = $nginx->get('/new', jar($login));
is $response->answer, '200 valid', 'the old secret of two';
is $response->header('Set-Cookie'), undef, 'the token is not signed again';
is status_of($nginx, 'new')->{fallback}, 1, 'the use of the old one is counted';
is answer('past', jar($login)), '401 key', 'a secret whose time has ended';
is answer('other', jar($login)), '401 key', 'another secret';
is_deeply [@{$nginx->get('/health', jar($login))->json}{qw(compatible key reason)}],
    [JSON::PP::false(), undef, 'key'], 'health tells that its token is not compatible';

# Times and forms. The key is of the cookie's name.
$response = $nginx->get('/app', jar($long_gone));
is $response->answer, '401 expired', 'expired';
like $response->header('Set-Cookie'), qr/^$plain=;.*Max-Age=0/, 'its cookie is deleted';
my $token = whole($login);
is answer('app', cookie($token, $secure)), '401 key', 'under another name';
(my $changed = $token) =~ s/\.(.)([^.]*)$/'.' . ($1 eq 'A' ? 'B' : 'A') . $2/e;
is answer('app', cookie($changed, $plain)), '401 signature', 'another tag';
is answer('app', cookie(mint({}), $plain)), '401 malformed', 'a signed token';
is answer('bearer', bearer($token)), '200 valid', 'a bearer token, made under either name of the library';
is answer('bearer', bearer(whole($tls))), '200 valid', 'by TLS too';
is answer('named', bearer(whole($tls))), '200 valid', "or under the name of the realm's cookie";
is answer('named', bearer($token)), '401 key', 'and no other then';

$response = $nginx->post('/logout', jar($login, $tls));
is $response->status, 200, 'logout of two sessions';
is_deeply [sort map {/^([^=]+)=;/} $response->headers('Set-Cookie')], [$secure, $plain], 'deletes both cookies';
is answer('app', jar($_)), '401 revoked', 'and revokes them' for $login, $tls;

done;
