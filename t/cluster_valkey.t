# A cluster of Valkey (Debian 13, and backports of 12) is as good as one of Redis: changes are told, slots move, replicas
# take over. Skipped where there is no valkey-server; PATH says which one is meant.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;
use RedisCluster;
use Sessions;

plan(skip_all => 'no valkey-server here') unless grep { -x "$_/valkey-server" } split /:/, $ENV{PATH};

new_key('v1');
my $cluster = RedisCluster->new(masters => 3, replicas => 1, binary => 'valkey-server');
like $cluster->some_node->cli('INFO', 'server'), qr/^valkey_version:/m, 'this is Valkey';
my $nginx = Nginx->new(
    workers => 2,
    realm => "key v1 file=v1.key; cookie access_token; revocation cached max_stale=2s; @{[ $cluster->directives ]}",
    server => Everywhere::server(),
    backend => login_backend(),
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location = /login { session_issue app; proxy_pass http://backend; }
        location = /logout { session_logout app; }
        location /admin { session_admin app; }',
);
my $all = Everywhere->new($nginx);
my @masters = $cluster->masters;
my ($from, $to) = @masters;
my @users = map { $cluster->user_at($_) } @masters;
my $user = $users[0];
my %cookie = map { $_ => cookie(mint({sub => $user, jti => $_})) } qw(good bad later);
sub key { "session:revoked:{$user}:$_[0]" }
sub all_say {
    my ($answer, $token, $name) = @_;
    eventually { $all->agree($answer, '/', $cookie{$token}) } 10, $name or diag join ', ', $all->ask('/', $cookie{$token});
}

for my $i (0 .. 2) {
    my $session = log_in($nginx, '/login', "X-Login: $users[$i]");
    is $nginx->get('/', $session->{cookie})->answer, '200 valid', "master $i: a login";
    is $nginx->post('/logout', $session->{cookie})->status, 200, "master $i: a logout";
    is $nginx->get('/', $session->{cookie})->answer, '401 revoked', "master $i: counts";
    log_in($nginx, '/login', "X-Login: $users[$i]");
}
my $listed = $nginx->get('/admin/sessions?limit=100')->json;
is scalar @{$listed->{sessions}}, 3, 'lists of all masters';

all_say('200 valid HIT', 'good', 'known to be good');
$cluster->cli('SET', key('bad'), 1);
all_say('401 revoked', 'bad', 'a revocation');
$cluster->cli('SET', "session:stale:{$user}", '*');
all_say('401 stale', 'good', 'a mark is told');
$cluster->cli('DEL', "session:stale:{$user}");
all_say('200 valid', 'good', 'and its end');

my $slot = $cluster->slot_of("{$user}");
$cluster->begin_move($slot, $to);
$cluster->move_keys($from, $to, key('bad'));
$cluster->cli('SET', key('later'), 1);
for my $round (1 .. 3) {
    ok $all->agree('200 valid', '/', $cookie{good}), 'on the way: good';
    ok $all->agree('401 revoked', '/', $cookie{bad}), 'on the way: bad';
}
all_say('401 revoked', 'later', 'on the way: new');
$cluster->move_keys($from, $to, $cluster->keys_in($from, $slot));
$cluster->end_move($slot, $to);
all_say($_->[0], $_->[1], "moved: $_->[1]") for ['200 valid', 'good'], ['401 revoked', 'bad'], ['401 revoked', 'later'];

my ($replica) = $cluster->replicas_of($to);
$cluster->cli('SET', 'session:epoch', 1);
wait_until { $replica->cli('INFO', 'replication') =~ /master_link_status:up/ } 10;
$to->kill;
eventually { $replica->cli('ROLE') =~ /^master/ } 20, 'a replica takes over';
all_say($_->[0], $_->[1], "then: $_->[1]") for ['200 valid', 'good'], ['401 revoked', 'bad'], ['401 revoked', 'later'];
$replica->cli('SET', "session:stale:{$user}", '*');
all_say('401 stale', 'good', 'and tells what changes');

done;
