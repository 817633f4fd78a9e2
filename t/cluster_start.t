# Before a cluster is known: nodes that are away are passed over, a replica is as good to ask as a master, nginx starts
# without any of them and serves once one is there; a server that is none of a cluster is no answer, and told.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use RedisCluster;
use Time::HiRes ();

new_key('v1');
my $cluster = RedisCluster->new(masters => 3, replicas => 1);
my $single = RedisServer->new;
my ($replica) = grep { $_->{of} } $cluster->nodes;
my $nobody = '127.0.0.1:' . free_port();
my %seeds = (
    master => $cluster->some_node->address,
    replica => $replica->address,
    second => "$nobody @{[ $cluster->some_node->address ]}",
    mixed => "@{[ $single->address ]} @{[ $cluster->some_node->address ]}",
    single => $single->address,
    away => $nobody,
);
my $base = 'key v1 file=v1.key; cookie access_token; redis_topology cluster; redis_timeout 1s; redis_connect_timeout 1s;';
my %setting = (
    realms => {map { $_ => "$base redis $seeds{$_};" } keys %seeds},
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} keys %seeds),
);
my $nginx = Nginx->new(%setting);
my @users = map { $cluster->user_at($_) } $cluster->masters;
$cluster->cli('SET', "session:revoked:{$_}:bad", 1) for @users;
my %cookie = map { my $id = $_; $id => [map { cookie(mint({sub => $_, jti => $id})) } @users] } qw(good bad);

sub serves {
    my ($name, @realms) = @_;
    for my $realm (@realms) {
        for my $i (0 .. 2) {
            eventually { $nginx->get("/$realm", $cookie{good}[$i])->answer eq '200 valid' } 10, "$name: $realm: master $i";
            is $nginx->get("/$realm", $cookie{bad}[$i])->answer, '401 revoked', "$name: $realm: who is revoked there";
        }
    }
}
my @good = qw(master replica second mixed);
serves('at first', @good);
for my $realm (qw(single away)) {
    eventually { $nginx->get("/$realm", $cookie{good}[0])->answer eq '503 store' } 5, "$realm: no answer";
    my $start = Time::HiRes::time();
    $nginx->get("/$realm", $cookie{good}[0]) for 1 .. 10;
    cmp_ok Time::HiRes::time() - $start, '<', patience(3), "$realm: at once";
}
like $nginx->log, qr/redis \Q$seeds{single}\E does not tell its cluster: CLUSTER SLOTS was answered with ERR .*cluster/,
    'the log says why';
sleep 1;
my @told = grep {/realm "single".*does not tell/} split /^/, $nginx->log;
is scalar @told, 1, 'once';

$nginx->quit;
my @nodes = $cluster->nodes;
$_->pause for @nodes;
$nginx = Nginx->new(%setting);
is $nginx->get("/$_", $cookie{good}[0])->answer, '503 store', "none of them: $_: no answer" for @good;
$_->resume for @nodes;
serves('when they are there', @good);

done;
