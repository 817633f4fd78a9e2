# session-ctl --redis over TLS: chain and name of the server are verified before a password is sent; client certificates.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Ctl;

my $password = 'correct-horse-battery-staple';
Workspace::keep_secret($password);
write_file('password', "$password\n");
my $redis = RedisServer->new(tls => ['redis.test', ip => '127.0.0.1'], password => $password);
my $strict = RedisServer->new(tls => ['redis.test', ip => '127.0.0.1'], tls_clients => 'yes');
my $unnamed = RedisServer->new(tls => ['other.test']);
my $stranger = RedisServer->new(tls => ['redis.test', by => 'stranger']);
my $plain = RedisServer->new;
my ($ca, $stranger_ca) = map { authority($_) } 'ca', 'stranger';
my ($certificate, $private) = certificate('client.test');
my @trust = ('--ca-file', $ca);
my @client = ('--redis-ssl-certificate', $certificate, '--redis-ssl-certificate-key', $private);
my @login = qw(--redis-password-file password);
sub at { ('--redis', 'rediss://127.0.0.1:' . $_[0]->port) }

for my $case (
    ['by the address', 0, at($redis), @trust, @login],
    ['by a name', 0, at($redis), @trust, @login, qw(--redis-ssl-name redis.test)],
    ['--redis-ssl', 0, '--redis', $redis->address, '--redis-ssl', @trust, @login],
    ['another name', 'hostname mismatch', at($redis), @trust, @login, qw(--redis-ssl-name other.test)],
    ['a part of the name', 'hostname mismatch', at($redis), @trust, @login, qw(--redis-ssl-name dis.test)],
    ['an address that is not in it', 'IP address mismatch', at($unnamed), @trust],
    ["a stranger's", 'certificate', at($stranger), @trust, qw(--redis-ssl-name redis.test)],
    ['whom one may trust', 0, at($stranger), '--ca-file', $stranger_ca, qw(--redis-ssl-name redis.test)],
    ["the system's authorities", 'certificate', at($redis), @login],
    ['a client certificate', 0, at($strict), @trust, @client],
    ['none', 'redis: ', at($strict), @trust],
    ['no TLS there', 'redis: ', at($plain), @trust],
    ['no TLS here', 'redis: ', '--redis', $redis->address, @login],
) {
    my ($name, $fault, @place) = @$case;
    my $result = ctl('stats', @place, qw(--timeout 3s --json));
    is $result->status, $fault ? 3 : 0, $name or diag $result->errors;
    like $result->errors, qr/\Q$fault\E/, "$name: why" if $fault;
}

# A long conversation, in pieces as they come.
$redis->cli('EVAL', 'for i = 1, 1500 do redis.call("HSET", "session:data:{u}:s" .. i, "sub", "u", "expires_at", ARGV[1],
    "user_agent", string.rep("x", 200)); redis.call("ZADD", "session:user:{u}", ARGV[1], "s" .. i) end', 0, time + 900);
my @place = (at($redis), @trust, @login);
is scalar(ctl('list', @place, qw(--user u --all))->lines), 1500, 'all of a long list';
is ctl('revoke', @place, qw(--user u --id s7))->status, 0, 'and a revocation';
is $redis->cli('EXISTS', 'session:revoked:{u}:s7'), 1, 'is there';

# Wrong usage.
for my $case (
    ['cannot use "absent.crt" as --ca-file', at($redis), qw(--ca-file absent.crt)],
    ['go together', at($redis), '--redis-ssl-certificate', $certificate],
    ['cannot use "absent.crt" as a certificate', at($redis), qw(--redis-ssl-certificate absent.crt --redis-ssl-certificate-key x)],
    ['has no host: --redis-ssl-name', '--redis', 'unix:redis.sock', '--redis-ssl'],
    ['--redis is HOST:PORT', '--redis', 'rediss://redis.test'],
) {
    my ($message, @place) = @$case;
    my $result = ctl('stats', @place);
    is $result->status, 2, $message;
    like $result->errors, qr/\Q$message\E/, 'says so';
}

done;
