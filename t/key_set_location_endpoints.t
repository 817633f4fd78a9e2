# Endpoints that are given a token wait for its key as the access phase does: the first logout, or the first token that
# session_admin is to revoke, has the key set fetched, and ends what it should; who waits does so for three seconds at most.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use KeyServer;

new_key('rsa', 'rsa');
my $keys = KeyServer->new->serve(jwk_set(['rsa', 'one']));
my %realm = map { $_ => 'key_set location=/jwks; cookie access_token;' } qw(logout admin slow);
my $nginx = Nginx->new(
    realms => \%realm,
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} keys %realm) . '
        location = /logout/now { session_logout logout; }
        location = /slow/now { session_logout slow; }
        location /operator/ { session_admin admin write=on; } ' . $keys->location,
);
sub token { mint({sub => '42', jti => $_[0]}, key => 'rsa', kid => 'one') }
my $form = 'Content-Type: application/x-www-form-urlencoded';

my $token = token('j1');
my $response = $nginx->post('/logout/now', cookie($token));
is $response->status, 200, 'the first request is a logout';
is scalar($keys->requests), 1, 'it fetches the set';
is $nginx->get('/logout', cookie($token))->answer, '401 revoked', 'and has ended the session';
is $nginx->get('/logout', cookie(token('j2')))->answer, '200 valid', 'of that token alone';

$token = token('j3');
$response = $nginx->post('/operator/revoke', $form, {body => "token=$token"});
is $response->status, 200, 'the first request is a revocation';
is scalar($keys->requests), 2, 'it fetches the set';
is $nginx->get('/admin', cookie($token))->answer, '401 revoked', 'and has revoked the token';
is $nginx->post('/operator/revoke', $form, {body => 'token=' . mint({sub => '42'}, key => 'rsa', kid => 'two')})->status, 200,
    'a key that the set does not have either';
is scalar($keys->requests), 2, 'is not asked for so soon';

# The server of keys is too slow.
$keys->serve(jwk_set(['rsa', 'one']), delay => 30);
$response = $nginx->post('/slow/now', cookie(token('j4')));
is $response->status, 200, 'a logout does not wait for ever';
like $nginx->log, qr/cannot fetch its keys from "\/jwks": no answer in 3 s/, 'the log says why';
is $nginx->post('/slow/now')->status, 200, 'one without a token waits for nothing';

done;
