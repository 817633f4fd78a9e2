# Redis over TLS: the chain and the server's name are verified, before a password is sent; client certificates.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $redis = RedisServer->new(tls => ['redis.test', ip => '127.0.0.1']);
my $strict = RedisServer->new(tls => ['redis.test', ip => '127.0.0.1'], tls_clients => 'yes');
my $unnamed = RedisServer->new(tls => ['other.test']);
my $stranger = RedisServer->new(tls => ['redis.test', by => 'stranger']);
my $plain = RedisServer->new;
my $ca = authority();
my ($certificate, $private) = certificate('client.test');

my $base = 'key v1 file=v1.key; cookie access_token; revocation strict; redis_timeout 1s; redis_connect_timeout 1s;';
my $tls = "redis_ssl on; redis_ssl_trusted_certificate $ca;";
my %realm = (
    named => [$redis, "$tls redis_ssl_name redis.test;", 1],
    address => [$redis, $tls, 1],
    misnamed => [$redis, "$tls redis_ssl_name other.test;", 0],
    partly => [$redis, "$tls redis_ssl_name dis.test;", 0],
    unnamed => [$unnamed, $tls, 0],
    stranger => [$stranger, "$tls redis_ssl_name redis.test;", 0],
    careless => [$stranger, 'redis_ssl on; redis_ssl_verify off;', 1],
    client => [$strict, "$tls redis_ssl_certificate $certificate; redis_ssl_certificate_key $private;", 1],
    anonymous => [$strict, $tls, 0],
    plain => [$redis, '', 0],
    talking => [$plain, $tls, 0],
);
my $nginx = Nginx->new(
    realms => {map { $_ => "$base $realm{$_}[1] redis @{[ $realm{$_}[0]->address ]};" } keys %realm},
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} keys %realm),
);
my $cookie = cookie(mint({jti => 'j'}));

for my $name (sort keys %realm) {
    my ($server, undef, $good) = @{$realm{$name}};
    is $nginx->get("/$name", $cookie)->answer, $good ? '200 valid' : '503 store', "$name: the first answer";
    $server->cli('SET', 'session:revoked:{42}:j', 1);
    is $nginx->get("/$name", $cookie)->answer, $good ? '401 revoked' : '503 store', "$name: the second";
    $server->cli('DEL', 'session:revoked:{42}:j');
}
like $nginx->log, qr/realm "stranger".*certificate|certificate.*realm "stranger"/i, 'the log tells of the chain';
like $nginx->log, qr/realm "misnamed".*name|name.*realm "misnamed"/i, 'and of the name';

my ($good, $output) = Nginx->check(realm => "$base redis @{[ $redis->address ]}; redis_ssl on;");
ok !$good, 'verifying needs a trusted certificate';
like $output, qr/redis_ssl_trusted_certificate/, 'which the error names';
($good, $output) = Nginx->check(realm => "$base redis @{[ $redis->address ]}; redis_ssl on;
    redis_ssl_trusted_certificate absent.crt;");
ok !$good, 'a trusted certificate that is not there';
like $output, qr/absent\.crt/, 'is named';

# nginx's own word for a handshake that the other side ends.
$nginx->allow_log(qr/certificate required.*while \w+ (?:from|to) redis/);

done;
