# A cluster over TLS, with an account that may do no more than the README says: each node's certificate is verified by the
# host name that the cluster prefers, or by `redis_ssl_name`, never left unverified; slots that move are followed.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use RedisCluster;
use Sessions;

new_key('v1');
my ($password, $acl) = ('correct-horse-battery-staple', 'another-horse-battery-staple');
Workspace::keep_secret($password, $acl);
write_file('acl.password', "$acl\n");
write_file('wrong.password', "wrong-horse-battery-staple\n");
my ($allowed) = read_file("$FindBin::Bin/../README.md") =~ /^    ACL SETUSER nginx on >WORD (~session.*?)\n\n/ms;
my ($more) = read_file("$FindBin::Bin/../README.md") =~ /^`([^`]*)` with `redis_topology cluster`/m;
$allowed =~ s/\s+/ /g;
my $cluster = RedisCluster->new(tls => ['localhost'], password => $password, users => ["app on >$acl $allowed $more"],
    config => ['cluster-announce-hostname localhost', 'cluster-preferred-endpoint-type hostname', 'tls-cluster yes']);
my ($first) = $cluster->masters;
my $port = $first->port;
my $base = "key v1 file=v1.key; cookie access_token; redis_topology cluster; redis_connect_timeout 3s; redis_timeout 3s;
    redis_ssl on; redis_ssl_trusted_certificate @{[ authority() ]}; redis_user app;";
my $account = 'redis_password_file acl.password;';
my %realm = (
    name => "$base $account redis localhost:$port;",
    given => "$base $account redis 127.0.0.1:$port; redis_ssl_name localhost;",
    strict => "$base $account redis localhost:$port; revocation strict;",
    other => "$base $account redis localhost:$port; redis_ssl_name other.test;",
    address => "$base $account redis 127.0.0.1:$port;",
    password => "$base redis_password_file wrong.password; redis localhost:$port;",
);
my $nginx = Nginx->new(
    realms => \%realm,
    backend => login_backend(),
    locations => join '', map {"
        location /$_ { auth_session $_; rewrite ^ / break; proxy_pass http://backend; }
        location = /$_/login { session_issue $_; rewrite ^ /login break; proxy_pass http://backend; }
        location = /$_/logout { session_logout $_; }"} keys %realm,
);
my @users = map { $cluster->user_at($_) } $cluster->masters;
my @good = qw(name given strict);

for my $realm (@good) {
    for my $user (@users) {
        my $session = log_in($nginx, "/$realm/login", "X-Login: $user");
        is $nginx->get("/$realm", $session->{cookie})->answer, '200 valid', "$realm: $user: a login";
        is $nginx->post("/$realm/logout", $session->{cookie})->status, 200, "$realm: $user: a logout";
        is $nginx->get("/$realm", $session->{cookie})->answer, '401 revoked', "$realm: $user: counts";
    }
}
my $cookie = cookie(mint({sub => $users[0], jti => 'j'}));
is $nginx->get("/$_", $cookie)->answer, '503 store', "$_: no answer" for qw(other address password);
like $nginx->log, qr/certificate does not match "other\.test"/, 'a wrong name';
like $nginx->log, qr/certificate does not match "127\.0\.0\.1"/, 'an address that the certificate has not';
like $nginx->log, qr/WRONGPASS/, 'a wrong password';
unlike $nginx->log, qr/NOPERM/, 'the account may do all that is needed';

# Slots on their way, and moved: ASK and MOVED name hosts.
my ($from, $to) = $cluster->masters;
my $slot = $cluster->slot_of("{$users[0]}");
$cluster->begin_move($slot, $to);
is $nginx->get("/$_", $cookie)->answer, '200 valid', "$_: on the way" for @good;
my @keys = $cluster->keys_in($from, $slot);
$from->cli('DEL', @keys) if @keys;
$cluster->end_move($slot, $to);
$to->cli('SET', "session:revoked:{$users[0]}:j", 1);
eventually { $nginx->get("/$_", $cookie)->answer eq '401 revoked' } 5, "$_: moved" for @good;
unlike $nginx->log, qr/NOPERM/, 'the account may do this too';

done;
