# Each example loads as it is, and does what it says: the story of each, played by its users. That of first.conf is in
# first_configuration.t, those of others in example_*.t.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Example;

new_key($_) for qw(v1 v2 v3);
new_key('provider', 'p256');
my $folder = folder();
mkdir "$folder/session";
write_file("session/$_.key", read_file("$folder/$_.key")) for qw(v1 v2);
write_file('session/auth-secret', read_file("$folder/v1.key"));
write_file('session/keys.json', jwk_set(['provider', 'k1']));
write_file('session/keys.conf', "key v1 file=$folder/session/v1.key;\n");
write_file('session/redis.password', "word\n");
write_file('session/sentinel.password', "word\n");
write_file('session/redis-ca.crt', read_file(authority()));
my $redis = RedisServer->new;
my %claims = (sub => '42', jti => 'one', iat => time - 10);

# Every example.
my @played = qw(cross-site-spa first flask-api fleet-rotation jwks-api multi-tenant-sales nextjs-reseed remix-commerce
    sentinel-fleet serverless-store websocket);
is_deeply [sort(Example::names())], \@played, 'each example is played';
for my $name (@played) {
    my ($good, $output) = Example->check(example => $name);
    ok $good, "$name loads" or diag $output;
    unlike $output, qr/\[warn\]/, "$name gives no warning";
}

# jwks-api: tokens of the provider, for this API, with roles.
my $nginx = Example->new(example => 'jwks-api');
my %partner = (sub => 'p1', iss => 'https://id.example.com/', aud => ['x', 'https://api.example.com/'],
    realm_access => {roles => ['reader']});
sub partner { bearer(mint({%partner, @_}, key => 'provider', kid => 'k1')) }
my @admin = (realm_access => {roles => ['reader', 'admin']});
is $nginx->get('/orders', partner())->body, 'p1  reader', 'jwks-api: the application knows user and roles';
is $nginx->post('/orders', partner())->json->{reason}, 'forbidden', 'jwks-api: a reader writes nothing';
is $nginx->post('/orders', partner(@admin))->status, 200, 'jwks-api: an admin does';
is $nginx->get('/admin', partner(@admin))->body, 'p1  reader,admin', 'jwks-api: and sees more';
is $nginx->get('/admin', partner())->status, 403, 'jwks-api: than a reader';
is $nginx->get('/', partner(@$_))->json->{reason}, 'claims', "jwks-api: another $_->[0]"
    for [iss => 'https://evil.example/'], [aud => 'https://other.example/'];
is $nginx->get('/', partner(iat => time - 86400))->json->{reason}, 'expired', 'jwks-api: older than max_age';
is $nginx->get('/', partner(exp => time - 3))->status, 200, 'jwks-api: the leeway';
is $nginx->get('/', partner(exp => 1))->header('WWW-Authenticate'),
    'Bearer realm="partners", error="expired", scope="orders"', 'jwks-api: the challenge';
is $nginx->get('/health')->status, 200, 'jwks-api: health needs no token';

# fleet-rotation: two nodes, never more than one stage apart. Tokens are signed with v2 once all nodes are in "sign".
my $shared = RedisServer->new(tls => ['redis.example.com'],
    users => ['nginx on >word %R~session:* resetchannels &__redis__:invalidate -@all +get +exists +ping '
        . '+client|id +client|tracking +subscribe']);
my %stage = (before => ['v1'], accept => ['v1', 'v2'], sign => ['v2', 'v1'], drop => ['v2']);
sub bring {
    my ($etc, $stage) = @_;
    write_file("$etc/session/keys.conf", join '', map {"key $_ file=$folder/session/$_.key;\n"} @{$stage{$stage}});
}
my @nodes = map {
    my $etc = "$folder/node$_";
    mkdir $_ for $etc, "$etc/session";
    write_file("$etc/session/$_", read_file("$folder/session/$_")) for qw(redis.password redis-ca.crt);
    bring($etc, 'before');
    Example->new(example => 'fleet-rotation', etc => $etc, redis => $shared);
} 1 .. 2;
my ($old, $new) = map { cookie(mint(\%claims, key => $_, kid => $_), '__Host-session') } qw(v1 v2);
for my $stage (['accept', $old], ['sign', $old], ['wait', $old, $new], ['drop', $new]) {
    my ($name, @valid) = @$stage;
    for my $index (0, 1) {
        if ($name ne 'wait') {
            bring("$folder/node" . ($index + 1), $name);
            ok $nodes[$index]->reload, "fleet-rotation: node $index gets to $name";
        }
        is join(' ', map { my $node = $_; map { $node->get('/', $_)->status } @valid } @nodes),
            join(' ', (200) x (2 * @valid)), "fleet-rotation: all sessions go on, at all nodes";
    }
}
my $refusal = $nodes[0]->get('/', $old);
is $refusal->json->{reason}, 'key', 'fleet-rotation: in the end the old key is unknown';
is $refusal->header('Set-Cookie'), undef, 'fleet-rotation: and still no cookie is deleted';
$shared->cli('SET', 'session:stale:{42}', '*');
for my $node (@nodes) {
    eventually { $node->get('/', $new)->body =~ /"reason":"stale"/ } 2, 'fleet-rotation: one command for all nodes';
}

done;
