# session_backchannel_logout: an identity provider's logout tokens, made by PyJWT, end one session or all of a user.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key($_, 'p256') for qw(op other);
my $redis = RedisServer->new;
my $nginx = Nginx->new(
    realm => "key op file=op.pub; token bearer; issuer https://op.example; audience client;
        @{[ $redis->directives ]}",
    workers => 2,
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location = /logout { session_backchannel_logout app; }
        location = /status { session_status; }',
);
my $event = 'http://schemas.openid.net/event/backchannel-logout';
my %own = (iss => 'https://op.example', aud => 'client');
my $count = 0;

# A logout token; undef takes a claim away.
sub logout_token {
    my ($claims, %option) = @_;
    return [{%own, jti => 'l' . ++$count, exp => time + 120, sid => 's1', events => {$event => {}}, %$claims},
        key => 'op', header => {typ => 'logout+jwt'}, %option];
}
sub receive {
    my ($token, @more) = @_;
    return $nginx->post('/logout', 'Content-Type: application/x-www-form-urlencoded', {body => "logout_token=$token"},
        @more);
}
sub alive { $nginx->get('/', bearer($_[0]))->answer }

my ($one, $same, $two, $stranger) = mint_python(map { [{%own, %$_, iat => time - 10}, key => 'op'] } {sid => 's1', jti => 'a'},
    {sid => 's1', jti => 'b'}, {sid => 's2', jti => 'c'}, {sub => '43', sid => 's1', jti => 'd'});
is alive($_), '200 valid', 'logged in' for $one, $same, $two, $stranger;

# Refused: one fault each, and nothing ends.
my %wrong = (
    'another issuer' => [{iss => 'https://evil.example'}], 'no issuer' => [{iss => undef}],
    'another audience' => [{aud => 'other'}], 'no audience' => [{aud => undef}],
    'no iat' => [{iat => undef}], 'an old one' => [{iat => time - 400}], 'one from ahead' => [{iat => time + 60}],
    'no exp' => [{exp => undef}], 'expired' => [{exp => time - 1}],
    'no jti' => [{jti => undef}], 'no events' => [{events => undef}], 'other events' => [{events => {"$event/x" => {}}}],
    'an event that is no object' => [{events => {$event => JSON::PP::true()}}],
    'an event that is an array' => [{events => {$event => []}}], 'events as a list' => [{events => [$event]}],
    'a nonce' => [{nonce => 'n'}], 'neither sub nor sid' => [{sub => undef, sid => undef}],
    'sid alone' => [{sub => undef}], 'an empty sid' => [{sid => ''}], 'a sub that is a number' => [{sub => 42}],
    'another key' => [{}, key => 'other'], 'another type' => [{}, header => {typ => 'at+jwt'}],
    'crit' => [{}, header => {typ => 'logout+jwt', crit => ['x'], x => 1}],
    'a session' => [{events => undef, sid => 's1'}, header => {typ => 'JWT'}],
);
my @names = sort keys %wrong;
my @tokens = mint_python(map { logout_token(@{$wrong{$_}}) } @names);
my ($good) = mint_python(logout_token({}));
push @names, 'tampered', 'alg none', 'no token', 'two tokens', 'no JWT';
my (undef, $payload) = split /\./, $good;
push @tokens, tamper($good), encode_base64url('{"alg":"none"}') . ".$payload.", '', "$good&logout_token=$good", 'x';
for my $i (0 .. $#names) {
    my $response = receive($tokens[$i]);
    is $response->status, 400, "$names[$i]: 400";
    is $response->json->{error}, 'invalid_request', "$names[$i]: as the specification has it";
    ok length $response->json->{error_description}, "$names[$i]: and why";
    is $response->header('Cache-Control'), 'no-store', "$names[$i]: for no cache";
}
is $nginx->post('/logout', 'Content-Type: application/json', {body => "logout_token=$good"})->status, 400, 'another form';
is $nginx->post('/logout', {body => "logout_token=$good"})->status, 400, 'no type';
is receive($good . '&x=' . 'y' x 20_000)->status, 400, 'too long';
is $nginx->get("/logout?logout_token=$good")->status, 405, 'GET';
is $nginx->get('/logout')->header('Allow'), 'POST', 'what may be';
is alive($_), '200 valid', 'nothing has ended' for $one, $same, $two, $stranger;

# A logout token is nobody's session, whatever it calls itself.
for my $token ($good, mint_python(logout_token({}, header => {typ => 'JWT'})),
    mint_python(logout_token({events => undef}, header => {typ => 'Logout+JWT'}))) {
    is alive($token), '401 claims', 'a logout token is no session';
}
is alive(scalar mint_python({%own, events => ['login'], sid => 's9'}, key => 'op')), '200 valid',
    'events of another kind are an application\'s own';

# A session.
my $response = receive($good);
is $response->status, 200, 'one session' or diag $response->body;
is $response->header('Cache-Control'), 'no-store', 'for no cache';
is alive($_), '401 revoked', 'its tokens are out at once' for $one, $same;
is alive($_), '200 valid', 'others are not' for $two, $stranger;
cmp_ok $redis->cli('TTL', 'session:revoked:{42}:s1'), '>', 86400 * 29, 'for as long as a token may last';
is receive($good)->status, 400, 'the same token again';
like receive($good)->json->{error_description}, qr/received before/, 'says so';
cmp_ok $redis->cli('TTL', $redis->cli('KEYS', 'session:logout:*')), '<', 300, 'which is known as long as it is good';

# A user; other forms that are good.
is receive(scalar mint_python(logout_token({sid => undef, aud => ['x', 'client']}, header => {})))->status, 200, 'a user';
is alive($two), '401 stale', 'all sessions end';
is alive($stranger), '200 valid', 'of that user';
is receive(scalar mint_python(logout_token({sub => '43'}, header => {typ => 'JWT'})), 'Origin: https://op.example')->status,
    200, 'from anywhere';
is alive($stranger), '401 revoked', 'ends';
is $nginx->get('/status')->json->{realms}{app}{logouts}, 3, 'counted';

done;
