# An Express application keeps its sessions in Redis by connect-redis; they are enforced, and it knows nothing of it.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use ExpressApp;
use Logins;
use OpaqueIds;

new_key('v1');
new_key('v2');
my $redis = RedisServer->new;
my $app = ExpressApp->new($redis, secrets => ['v2', 'v1']);
my $base = "key v2 file=v2.key; key v1 file=v1.key; token cookie=connect.sid format=opaque signed=express;
    record_format connect-redis; claims subject=passport.user tenant=shop.id; redis_prefix \"\"; login /in;
    @{[ $redis->directives ]}";
my $prefixed = $base =~ s/redis_prefix "";/redis_prefix mine:;/r;
my $nginx = Nginx->new(
    realms => {app => "$base revocation strict;", cached => $base, prefixed => $prefixed},
    server => 'proxy_set_header X-User $session_user;
        add_header X-Session "$session_user|$session_tenant|$session_id|$session_claim_role|$session_expires" always;',
    backend => $app->backend,
    locations => '
        location /login { proxy_pass http://backend; }
        location /visit { proxy_pass http://backend; }
        location /open { proxy_pass http://backend; }
        location /app { auth_session app; proxy_pass http://backend; }
        location /cached { auth_session cached; proxy_pass http://backend; }
        location /prefixed { auth_session prefixed; proxy_pass http://backend; }
        location = /logout { session_logout app; }
        location = /health { session_health app; }',
);

# The cookie that the application gives, and the id in it; no log may have either.
sub logged_in {
    my ($path) = @_;
    my $value = given($nginx->get($path), 'connect.sid');
    my ($id) = $value =~ /^s%3A([^.]+)\./ or die "no cookie: $value";
    Workspace::keep_secret($id);
    return (cookie($value, 'connect.sid'), $id);
}
sub stored { JSON::PP::decode_json($redis->cli('GET', "sess:$_[0]")) }
sub answer { my ($path, $cookie) = @_; $nginx->get($path, $cookie)->answer }

my ($cookie, $id) = logged_in('/login?user=alice&more={"role":"admin","shop":{"id":7}}');
my $response = $nginx->get('/app', $cookie);
is $response->answer, '200 valid', 'logged in by the application';
is $response->body, 'alice alice', 'which knows its user as ever, and nginx too';
my ($user, $tenant, $sid, $role, $expires) = split /\|/, $response->header('X-Session');
is_deeply [$user, $tenant, $role], ['alice', '7', 'admin'], 'user, tenant and claims are the session\'s';
is $sid, token_hash($id), 'its id is shown as a hash';
cmp_ok abs($expires - time - 3600), '<=', 5, 'it ends with its cookie';
is answer('/cached', $cookie), '200 valid', 'cached';
is $nginx->get('/health', $cookie)->json->{key}, 'v2', 'the secret that signed it';
is answer('/app', cookie(signed_express($id, 'v1'), 'connect.sid')), '200 valid', 'signed with the secret before';
is answer('/app', cookie(signed_express('x' x 32, 'v2'), 'connect.sid')), '401 record', 'a session that is not there';
is answer('/app', cookie("s%3A$id.A", 'connect.sid')), '401 signature', 'a signature of nobody';
is $nginx->navigate('/app')->header('Location'), 'http://localhost:' . $nginx->port . '/in', 'to the login';
is answer('/app', (logged_in('/login?user=42&number=1'))[0]), '200 valid', 'users that are numbers';
my ($visitor, $nobody) = logged_in('/visit');
ok stored($nobody)->{views}, 'a visitor has a session';
is answer('/app', $visitor), '401 record', 'but has not logged in';

$redis->cli('COPY', "sess:$id", "mine:sess:$id");
is answer('/prefixed', $cookie), '200 valid', 'behind redis_prefix';

# Its end: by the application, by its cookie's date, by the store.
my %ends = (
    'a date in the past' => ['401 expired', '"2020-01-01T00:00:00.000Z"'], 'none' => ['200 valid', 'null'],
    'false' => ['200 valid', 'false'], 'no date' => ['503 store', '"soon"'], 'a number' => ['503 store', '5'],
);
for my $name (sort keys %ends) {
    my ($expected, $date) = @{$ends{$name}};
    $redis->cli('SET', 'sess:edited', qq({"cookie":{"originalMaxAge":1,"expires":$date},"passport":{"user":"bob"}}));
    is answer('/app', cookie(signed_express('edited', 'v2'), 'connect.sid')), $expected, "expires: $name";
}
my @garbage = ('', 'x', '[]', '"text"', '{"passport":{"user":"bob"}', '{"passport":{"user":"bob"},"passport":{}}');
for my $json (@garbage) {
    $redis->cli('SET', 'sess:edited', $json);
    is answer($_, cookie(signed_express('edited', 'v2'), 'connect.sid')), '503 store', "$_: no JSON object: $json"
        for qw(/app /cached);
}
like $nginx->log, qr/has no answer to "GET sess:\.\.\.": an unexpected value/, 'is told without the id';
for my $json ('{}', '{"passport":5}', '{"passport":{"user":{"id":5}}}', '{"passport":{"user":""}}',
    '{"passport.user":"a"}') {
    $redis->cli('SET', 'sess:edited', $json);
    is answer('/app', cookie(signed_express('edited', 'v2'), 'connect.sid')), '401 record', "nobody: $json";
}
$redis->cli('DEL', 'sess:edited');
$redis->cli('RPUSH', 'sess:edited', 'x');
is answer('/app', cookie(signed_express('edited', 'v2'), 'connect.sid')), '503 store', 'no text';
is answer($_, $cookie), '200 valid', 'absence is not kept: another session' for '/cached';
my ($fresh, $fresh_id) = logged_in('/login?user=carol');
my $kept = $redis->cli('GETDEL', "sess:$fresh_id");
is answer('/cached', $fresh), '401 record', 'gone';
$redis->cli('SET', "sess:$fresh_id", $kept);
is answer('/cached', $fresh), '200 valid', 'back, at once';

# Revoked, marked: the realm's own keys.
for my $case (['revoked', 'revoked:{carol}:' . token_hash($fresh_id), 1], ['stale', 'stale:{carol}', time],
    ['epoch', 'epoch', time]) {
    my ($reason, @set) = @$case;
    $redis->cli('SET', @set);
    is answer('/app', $fresh), "401 $reason", "strict: $reason";
    eventually { answer('/cached', $fresh) eq "401 $reason" } 5, "cached: $reason";
    $redis->cli('DEL', $set[0]);
    eventually { answer('/cached', $fresh) eq '200 valid' } 5, 'no more';
}
my $now = time;
my ($dated) = logged_in("/login?user=dave&more={\"iat\":$now}");
$redis->cli('SET', 'stale:{dave}', $now - 5);
is answer('/app', $dated), '200 valid', 'a session that says when it began is younger than a mark';
my ($undated) = logged_in('/login?user=dave');
is answer('/app', $undated), '401 stale', 'one that does not is older than any';

# Logout.
$response = $nginx->post('/logout', $cookie);
is $response->status, 200, 'logout';
is set_cookies($response)->{'connect.sid'}{'max-age'}, 0, 'deletes the cookie';
is $redis->cli('EXISTS', "sess:$id"), 0, 'and the session';
is answer('/app', $cookie), '401 record', 'which is over';
is $nginx->get('/open', $cookie)->body, 'nobody ', 'for the application too';
$redis->cli('SET', "sess:$id", '{"cookie":{},"passport":{"user":"alice"}}');
is answer('/app', $cookie), '401 revoked', 'also where a request on its way has written it again';
cmp_ok $redis->cli('TTL', 'revoked:{alice}:' . token_hash($id)), '>', 2_500_000, 'for as long as sessions live';

done;
