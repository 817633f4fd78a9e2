# Wrong use of encrypted tokens: nginx does not start, and says why, where and what to do.
use FindBin;
use lib "$FindBin::Bin/lib";
use ConfigErrors;
use Kit;

new_key('v1');
new_key('pem', 'p256');
my $redis = RedisServer->new;
write_file('pem.json', jwk_set(['pem', 'p']), 0644);

refuses(sub { my ($line) = @_; (realm => "\n$line\n" . $redis->directives) }, <<'TABLE');
key p file=pem.key; token cookie=t format=nextauth;
    } token "cookie:t" with format=nextauth in realm "app" needs an HMAC key, add "key ID file=PATH" with the secret of
    the application
key_set file=pem.json; token bearer format=authjs;
    } token "bearer" with format=authjs in realm "app" needs an HMAC key, add "key ID file=PATH"
token cookie=t format=nextjs;
    invalid value "format=nextjs" in "token", use format=jwt, nextauth, authjs or opaque
token cookie=t format=authjs signed=remix;
    "signed=" is for ids, add "format=opaque"
token cookie=t format=authjs; token cookie=t format=authjs;
    duplicate "token cookie=t", name each place once a format
key v1 file=v1.key; cookie t; token cookie=t format=authjs; renew 50;
    } "renew" in realm "app" is for signed tokens, leave it out beside token "cookie:t" with format=authjs
key v1 file=v1.key; cookie t; token cookie=t format=nextauth; resign on;
    } "resign" in realm "app" is for signed tokens, leave it out beside token "cookie:t" with format=nextauth
key v1 file=v1.key; cookie t; refresh_cookie f; token cookie=t format=authjs;
    } "refresh_cookie" in realm "app" is for signed tokens, leave it out beside token "cookie:t" with format=authjs
TABLE

for my $line (
    'key p file=pem.key; key v1 file=v1.key; token cookie=t format=nextauth',
    'key v1 file=v1.key; cookie s; refresh_cookie f; renew 50; token cookie=s; token cookie=t format=authjs',
    'key v1 file=v1.key; cookie t; token cookie=t format=authjs; resign off; renew off',
    'key v1 file=v1.key; token header=X-T format=authjs; token variable=$arg_t format=nextauth; token bearer',
) {
    my ($fine, $said) = Nginx->check(realm => "$line; @{[ $redis->directives ]}");
    ok $fine, "accepted: $line" or diag $said;
}

done;
