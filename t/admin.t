# session_admin: a session begins, is shown and listed, and ends; users and times are marked.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Admin;

new_key('v1');
my $redis = RedisServer->new;
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; token bearer; refresh_cookie refresh_token; cookie access_token;
        @{[ $redis->directives ]}",
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location = /refresh { session_refresh app; }
        location /admin/ { session_admin app write=on; }
        location = /status { session_status; }',
);
my $admin = Admin->new($nginx, '/admin');
sub alive { $nginx->get('/', bearer($_[0]{access_token}))->answer }
sub fields { my ($session) = @_; join ' ', sort keys %$session }

# It begins.
my $response = $admin->send(POST => '/sessions', {user => '42', tenant => 't1', claims => {role => 'admin'}});
is $response->status, 201, 'a session begins';
is $response->header('Cache-Control'), 'no-store', 'for no cache';
is $response->header('Content-Type'), 'application/json', 'as JSON';
my $made = $admin->session($response);
is fields($made), 'access_expires_in access_token id refresh_expires_in refresh_token tenant token_type user', 'the answer';
is_deeply [@$made{qw(user tenant token_type access_expires_in refresh_expires_in)}], ['42', 't1', 'Bearer', 900, 604800],
    'what it says';
my ($header, $claims) = opened($made->{access_token});
is_deeply [@$claims{qw(sub sid tenant role version)}], ['42', $made->{id}, 't1', 'admin', 'v1'], 'the token';
is alive($made), '200 valid', 'is good';
is $nginx->post('/refresh', "Cookie: refresh_token=$made->{refresh_token}")->answer, '200 valid', 'and so is the other';
my $record = record($redis, '42', $made->{id});
ok !defined $record->{ip} && !defined $record->{user_agent}, 'where the call came from is not where the user is';
is $nginx->get('/status')->json->{realms}{app}{issued}, 1, 'counted';

# It is shown.
my $shown = $admin->get("/sessions/$made->{id}?user=42");
is fields($shown), 'connections created_at expires_at id ip last_activity_at tenant user user_agent', 'shown';
is_deeply [@$shown{qw(id user tenant created_at ip)}], [$made->{id}, '42', 't1', $claims->{iat}, undef], 'as it is';
cmp_ok $shown->{expires_at}, '>', time + 600_000, 'when it ends';
is $admin->send(GET => "/sessions/$made->{id}?user=43")->status, 404, 'another has no such session';
is $admin->send(GET => '/sessions/other?user=42')->status, 404, 'nor has the user another';
my $head = $admin->send(HEAD => "/sessions/$made->{id}?user=42");
is $head->status, 200, 'HEAD';
cmp_ok $head->header('Content-Length'), '>', 100, 'HEAD: the length of what GET would say';

# It ends.
my $other = $admin->begin('42');
is_deeply $admin->send(DELETE => "/sessions/$made->{id}?user=42")->json,
    {user => '42', id => $made->{id}, revoked => JSON::PP::true()}, 'it ends';
is alive($made), '401 revoked', 'at once';
is_deeply record($redis, '42', $made->{id}), {}, 'its record too';
is alive($other), '200 valid', 'the other goes on';
is $admin->send(DELETE => "/sessions/$made->{id}?user=42")->status, 200, 'again';
is $admin->send(DELETE => '/sessions/foreign?user=42')->status, 200, 'one without a record';
cmp_ok $redis->cli('TTL', 'session:revoked:{42}:foreign'), '>', 86400 * 29, 'is revoked as long as a session may last';

# A user.
my @both = ($other, $admin->begin('42'));
my $third = $admin->begin('43');
is_deeply $admin->send(DELETE => '/users/42/sessions')->json, {user => '42', revoked => JSON::PP::true()}, 'everywhere';
like alive($_), qr/^401 (?:revoked|stale)$/, 'all end' for @both;
is alive($third), '200 valid', 'another user goes on';
is alive($admin->begin('42')), '200 valid', 'and logs in again, in the same second';

# Marks.
my ($half, $earlier) = (time - 50, time - 200);
my $token = {access_token => mint({sub => '44', iat => time - 100, jti => 'j44'})};
is alive($token), '200 valid', 'before';
is_deeply $admin->send(PUT => '/users/44/stale', {before => $half})->json, {user => '44', before => $half},
    'marked' or diag $nginx->log;
is alive($token), '401 stale', 'stale at once';
cmp_ok $redis->cli('TTL', 'session:stale:{44}'), '>', 86400 * 29, 'as long as a token may last';
is_deeply $admin->send(PUT => '/users/44/stale', {before => $earlier})->json->{before}, $earlier, 'another time';
is alive($token), '200 valid', 'replaces it';
is_deeply $admin->send(PUT => '/users/44/stale', {deleted => JSON::PP::true()})->json,
    {user => '44', deleted => JSON::PP::true()}, 'gone';
is $redis->cli('GET', 'session:stale:{44}'), '*', 'for ever';
is alive($token), '401 stale', 'at once';
is $admin->send(POST => '/sessions', {user => '44'})->status, 403, 'no session for who is gone';
is_deeply $admin->send(DELETE => '/users/44/stale')->json, {user => '44', removed => JSON::PP::true()}, 'unmarked';
is alive($token), '200 valid', 'at once';
is_deeply $admin->send(DELETE => '/users/44/stale')->json, {user => '44', removed => JSON::PP::false()}, 'again';

# Epochs.
my ($old, $of_tenant) = map { {access_token => mint({sub => '46', iat => time - 100, jti => "e$_", tenant => $_})} } qw(t1 t2);
is alive($_), '200 valid', 'before the epoch' for $old, $of_tenant;
is_deeply $admin->send(POST => '/epoch', {before => $half, tenant => 't2'})->json,
    {before => $half, tenant => 't2'}, 'of a tenant';
is alive($of_tenant), '401 epoch', 'out at once';
is alive($old), '200 valid', 'another tenant is not';
is_deeply $admin->send(POST => '/epoch', {before => $half})->json, {before => $half, tenant => undef}, 'of all';
is alive($old), '401 epoch', 'out at once';
is alive($admin->begin('45')), '200 valid', 'who comes later is not';

done;
