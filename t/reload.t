# Fifty reloads under load: no request fails, the master does not grow, old workers go, and descriptors and connections
# to Redis are as many as before.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Load;
use Time::HiRes qw(time);

new_key($_) for qw(v1 v2);
new_key('ec', 'p256');
write_file('set.json', jwk_set(['ec', 'from-a-set']));
my $redis = RedisServer->new(tls => 1);
my $realm = 'key v1 file=v1.key; key v2 file=v2.key until=2099-01-01T00:00:00Z; key ec file=ec.key;
    key_set file=set.json; cookie access_token samesite=$arg_s;
    login /login return=next; origins https://app.example; claims tenant=t;
    challenge "Bearer realm=$host";' . "redis @{[ $redis->address ]}; redis_ssl on; redis_ssl_name redis.test;
    redis_connections 2; redis_ssl_trusted_certificate @{[ authority() ]}; redis_timeout 5s; redis_connect_timeout 5s;
    revocation strict; live_connections keep;";
my $nginx = Nginx->new(
    workers => 2,
    realms => {app => $realm, second => 'key v1 file=v1.key; cookie access_token; revocation off;'},
    http => 'auth_session_claim_set $role realm_access roles;',
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /second { auth_session second; auth_session_require $role; proxy_pass http://backend; }',
);
$redis->cli('SET', 'session:revoked:{bad}:id-bad', 1);
my @users = (Load::user('good', '200 valid good'), Load::user('bad', '401 revoked'));

sub memory { read_file('/proc/' . $nginx->pid . '/status') =~ /VmRSS:\s+(\d+)/ ? $1 : die 'no VmRSS' }    # kB
sub connections { scalar(my @lines = $redis->cli('CLIENT', 'LIST') =~ /^id=\d+ addr=127\.0\.0\.1:/mg) }

sub descriptors {
    my @processes = ($nginx->pid, sort { $a <=> $b } $nginx->workers('all'));
    return join ' ', map { scalar(my @open = glob "/proc/$_/fd/*") } @processes;
}

eventually { connections() == 4 } 3, 'two workers with two connections each';
my $descriptors = descriptors();

my $load = Load->start($nginx, seconds => 120, clients => [qw(once once keep body)], users => \@users);
my %memory;
my $start = time;
for my $reload (1 .. 50) {
    $nginx->reload or fail "reload $reload";
    $memory{$reload} = memory() if $reload % 10 == 0;
}
note sprintf 'reloads took %.1f s', time - $start;
$start = time;
ok $nginx->reload(drained => 1), 'old workers have gone';
cmp_ok time - $start, '<', patience(6), 'when their last requests had';
my $met = $load->stop;
note explain $met;
is_deeply $met->{failed}, [], 'no request failed';
is_deeply $met->{wrong}, [], 'each had its answer';
cmp_ok $met->{answers}, '>', 200, 'and there were many';

note 'RSS of the master, kB: ', join ', ', map {"$memory{$_} after $_"} sort { $a <=> $b } keys %memory;
cmp_ok $memory{50} - $memory{10}, '<', 200, 'the master does not grow' unless $ENV{TEST_NGINX_PRELOAD};
eventually { connections() == 4 } 5, 'as many connections to Redis as before' or diag connections();
is descriptors(), $descriptors, 'as many descriptors as before';
is $nginx->get('/', 'Cookie: ' . $users[0]{headers}[0][1])->answer, '200 valid', 'all is well';

# A reload that is refused leaves everything as it is.
my $workers = join ' ', $nginx->workers;
$load = Load->start($nginx, seconds => 60, clients => [qw(once keep)], users => \@users);
for my $case (
    ['an unknown directive', main => 'no_such_directive on;'],
    ['an absent key', main => '', realms => {app => 'key v1 file=absent.key;'}],
    ['no key', realms => {app => 'cookie access_token;'}],
    ['an absent certificate', realms => {app => $realm =~ s/redis_ssl_trusted_certificate \K\S+;/x;/r}],
    ['a timeout of nothing', realms => {app => $realm =~ s/redis_timeout \K5s/0/r}],
    ['a realm that is in use and gone', realms => {app => $realm}],
) {
    my ($name, @settings) = @$case;
    ok !$nginx->reload(@settings), "refused: $name";
}
sleep 0.3;
$met = $load->stop;
is_deeply [$met->{failed}, $met->{wrong}], [[], []], 'the old configuration serves all the while';
is join(' ', $nginx->workers), $workers, 'the workers are the same';
is descriptors(), $descriptors, 'and the descriptors';
$nginx->allow_log(qr/\[emerg\].* in \S+:\d+/, qr/\[emerg\].*SSL_CTX_load_verify_locations/);

done;
