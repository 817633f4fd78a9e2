# Wrong configuration of opaque ids and their records, and what is right.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use ConfigErrors;

new_key('v1');
new_key('rsa', 'rsa');
my $redis = 'redis 127.0.0.1:1;';
my $ids = 'token cookie=sid format=opaque;';

refuses(sub { (realm => "$redis\n$_[0]\n") }, <<'TABLE');
token cookie=sid format=opaque signed=flask;
    invalid value "signed=flask" in "token", use format=jwt, nextauth, authjs or opaque, and signed=remix
    or express
token cookie=sid signed=express;
    "signed=" is for ids, add "format=opaque"
token cookie=sid format=opaque; token cookie=sid format=opaque;
    duplicate "token cookie=sid", name each place once a format
token cookie=sid format=opaque; record_format rows;
    invalid value "rows"
token cookie=sid format=opaque; record_format session; record_format session;
    "record_format" directive is duplicate
token cookie=sid format=opaque signed=express;
    } realm "app" has no keys, add "key" or "key_set"
token cookie=sid format=opaque; token bearer;
    } realm "app" has no keys, add "key" or "key_set"
key rsa file=rsa.key; token cookie=sid format=opaque signed=express;
    } "signed=" in realm "app" needs an HMAC secret, add a "key" with the one the application signs its cookies with
key v1 file=v1.key; record_format connect-redis;
    } "record_format" in realm "app" has no effect without opaque ids, add "token" with "format=opaque"
key v1 file=v1.key; cookie sid; refresh_cookie r; token cookie=sid format=opaque;
    } "refresh_cookie" in realm "app" has nothing to refresh: "sid" is an opaque id, leave it out and use "renew"
TABLE

refuses(sub { (realm => "\n$_[0]\n") }, <<'TABLE');
token cookie=sid format=opaque; record_format connect-redis;
    } "record_format connect-redis" in realm "app" has no Redis to find sessions in, add "redis"
TABLE

# Issuing into a realm that cannot.
my %lacking = (
    "$redis cookie sid; $ids record_format connect-redis;" => 'leave out "record_format connect-redis"',
    "$redis $ids" => 'add "cookie"',
    "$redis key v1 file=rsa.pub; cookie other; $ids token bearer;" =>
        'put a key that signs, an HMAC secret or a private key, first',
);
for my $realm (sort keys %lacking) {
    my ($good, $output) = Nginx->check(realm => $realm, locations => 'location / { session_issue app; }');
    ok !$good, "refused: $realm";
    like $output, qr/\[emerg\].*"session_issue app" in \S+ cannot work, \Q$lacking{$realm}\E in the realm$/m,
        'says why';
}

my @right = (
    "$redis cookie sid; $ids renew 50%; idle_timeout 1h; session_limit 3;",
    "$redis cookie sid; token cookie=sid format=opaque signed=remix; key v1 file=v1.key; resign on; renew 10%;",
    "$redis key rsa file=rsa.pub; key v1 file=v1.key; cookie sid; token cookie=sid format=opaque signed=express;",
    "$redis cookie sid; $ids token cookie=sid; key v1 file=v1.key; record_format session;",
    "$redis cookie access; refresh_cookie r; token cookie=access; $ids key v1 file=v1.key;",
);
for my $realm (@right) {
    my ($good, $output) = Nginx->check(realm => $realm, locations => '
        location / { auth_session app; } location /l { session_issue app; }
        location /o { session_logout app; } location /h { session_health app; }');
    ok $good, "right: $realm" or diag $output;
    unlike $output, qr/\[warn\]/, 'no warning';
}
my ($good, $output) = Nginx->check(realm => "$redis redis_prefix \"\"; key v1 file=v1.key;
    token cookie=connect.sid format=opaque signed=express; record_format connect-redis; claims subject=passport.user;");
ok $good, 'right: an Express application' or diag $output;

done;
