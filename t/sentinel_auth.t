# Sentinels and servers with passwords, accounts and TLS, each their own; what is wrong there is no answer, the log
# tells it, and no secret.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sentinels;

new_key('v1');
my ($data, $watch, $account) = map {"$_-horse-battery-staple"} qw(data watch account);
Workspace::keep_secret($data, $watch, $account);
write_file('data.password', "$data\n");
write_file('watch.password', "$watch\n");
write_file('account.password', "$account\n");
write_file('wrong.password', 'wrong-horse-battery-staple');
my $least = '-@all +ping +subscribe +unsubscribe +sentinel|get-master-addr-by-name';
my $fleet = Sentinels->new(
    sentinels => 1,
    redis => {password => $data, users => [
        "web on >$account ~session:* resetchannels -\@all +ping +role +get +exists",
        "norole on >$account ~session:* resetchannels -\@all +ping +get +exists",
    ]},
    sentinel => {password => $watch, users => [
        "nginx on >$account resetchannels &+switch-master $least",
        "nochannel on >$account resetchannels $least",
    ]},
);
my $tls = Sentinels->new(sentinels => 1, redis => {tls => ['redis.test']}, sentinel => {tls => ['sentinel.test']});
# Its sentinel is of another authority, and trusts that of the server.
my $both = write_file('both.crt', read_file(authority()) . read_file(authority('other')), 0644);
my $other = Sentinels->new(sentinels => 1, redis => {tls => ['address.test', ip => '127.0.0.1']},
    sentinel => {tls => ['sentinel.test', by => 'other'], tls_ca => $both});

my $base = 'key v1 file=v1.key; cookie access_token; revocation strict;';
my $data_login = 'redis_password_file data.password;';
my $trust = "redis_ssl on; redis_ssl_trusted_certificate @{[ authority() ]};";
my $named = "$trust redis_ssl_name redis.test;";
my %realm = (
    passwords => [$fleet, "$data_login redis_sentinel_password_file watch.password;", 1],
    accounts => [$fleet, 'redis_user web; redis_password_file account.password; redis_sentinel_user nginx;
        redis_sentinel_password_file account.password;', 1],
    norole => [$fleet, 'redis_user norole; redis_password_file account.password;
        redis_sentinel_password_file watch.password;', 0],
    nochannel => [$fleet, "$data_login redis_sentinel_user nochannel; redis_sentinel_password_file account.password;", 0],
    anonymous => [$fleet, $data_login, 0],
    wrong => [$fleet, "$data_login redis_sentinel_password_file wrong.password;", 0],
    wrongdata => [$fleet, 'redis_password_file wrong.password; redis_sentinel_password_file watch.password;', 0],
    tls => [$tls, "$named redis_sentinel_ssl_name sentinel.test;", 1],
    misnamed => [$tls, "$named redis_sentinel_ssl_name redis.test;", 0],
    unnamed => [$tls, "$trust redis_sentinel_ssl_name sentinel.test;", 0],
    plain => [$tls, "$named redis_sentinel_ssl off;", 0],
    own => [$other, "$trust redis_sentinel_ssl_name sentinel.test;
        redis_sentinel_ssl_trusted_certificate @{[ authority('other') ]};", 1],
    stranger => [$other, "$trust redis_sentinel_ssl_name sentinel.test;", 0],
);
my $nginx = Nginx->new(
    realms => {map {
        my ($servers, $words) = @{$realm{$_}};
        $_ => "$base @{[ $servers->directives ]} $words"
    } keys %realm},
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} keys %realm),
);
my $cookie = cookie(mint({jti => 'j'}));

for my $name (sort keys %realm) {
    my ($servers, undef, $good) = @{$realm{$name}};
    is $nginx->get("/$name", $cookie)->answer, $good ? '200 valid' : '503 store', "$name: the first answer";
    $servers->master->cli('SET', 'session:revoked:{42}:j', 1);
    is $nginx->get("/$name", $cookie)->answer, $good ? '401 revoked' : '503 store', "$name: the second";
    $servers->master->cli('DEL', 'session:revoked:{42}:j');
    is $nginx->get("/$name", $cookie)->answer, $good ? '200 valid' : '503 store', "$name: the third";
}
my $sentinel = 'redis sentinel 127\.0\.0\.1:\d+ lost';
like $nginx->log, qr/\[error\].*realm "wrong" $sentinel: AUTH was answered with WRONGPASS/, 'a wrong password';
like $nginx->log, qr/realm "anonymous" $sentinel: PING was answered with NOAUTH/, 'none';
like $nginx->log, qr/realm "nochannel" $sentinel: SUBSCRIBE was answered with NOPERM/, 'an account without channel';
like $nginx->log, qr/realm "norole" redis 127\S+ lost: ROLE was answered with NOPERM/, 'one that may not ask for the role';
like $nginx->log, qr/realm "misnamed" $sentinel: certificate does not match "redis\.test"/, 'the name of a sentinel';
like $nginx->log, qr/realm "unnamed" redis 127\S+ lost: certificate does not match "127\.0\.0\.1"/, 'that of a master';
like $nginx->log, qr/realm "stranger" $sentinel: certificate verify error/, 'a sentinel of another authority';
unlike $nginx->log, qr/horse/, 'no password is in the log';

# A failover between such servers. Who was revoked stays so at a master that does not have the id of the one before.
wait_until { ($tls->replicas)[0]->cli('EXISTS', 'session:generation') } 5;
my $second = $tls->fail_over;
eventually { $nginx->get('/tls', $cookie)->answer eq '200 valid' } 10, 'another master over TLS';
$second->cli('SET', 'session:revoked:{42}:j', 1);
eventually { $nginx->get('/tls', $cookie)->answer eq '401 revoked' } 5, 'which is asked';

done;
