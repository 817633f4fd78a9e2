# A master that is lost without a replica: 503 for the users whose keys it has, for others nothing changes; without the
# node of the epoch nobody gets an answer. When a node is back, so are its users. A cluster that is down is no answer.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;
use RedisCluster;

new_key('v1');
my $cluster = RedisCluster->new(masters => 3, config => ['cluster-require-full-coverage no']);
my $base = "key v1 file=v1.key; cookie access_token; redis @{[ $cluster->address ]}; redis_topology cluster;
    redis_timeout 1s; redis_connect_timeout 1s;";
my $nginx = Nginx->new(
    realms => {strict => "$base revocation strict;", cached => "$base revocation cached max_stale=1s;"},
    workers => 2,
    server => Everywhere::server(),
    locations => join '', map {"location /$_ { auth_session $_; rewrite ^ / break; proxy_pass http://backend; }"}
        qw(strict cached),
);
$nginx->allow_log(qr/was emptied or replaced/);    # these nodes keep nothing
my $all = Everywhere->new($nginx);
my $epoch = $cluster->owner_of('session:epoch');
my ($lost, $other) = grep { $_ != $epoch } $cluster->masters;

my %user = (lost => $cluster->user_at($lost), other => $cluster->user_at($other), epoch => $cluster->user_at($epoch));
my %good = map { $_ => cookie(mint({sub => $user{$_}, jti => 'good'})) } keys %user;
my %bad = map { $_ => cookie(mint({sub => $user{$_}, jti => 'bad'})) } keys %user;
$cluster->cli('SET', "session:revoked:{$user{$_}}:bad", 1) for keys %user;

sub all_say {
    my ($cookies, $name, %answer) = @_;
    for my $realm (qw(strict cached)) {
        for my $user (sort keys %answer) {
            eventually { $all->agree($answer{$user}, "/$realm", $cookies->{$user}) } 10, "$name: $realm: user of $user"
                or diag join ', ', $all->ask("/$realm", $cookies->{$user});
        }
    }
}
my %each = (lost => '', other => '', epoch => '');
all_say(\%good, 'before', map { $_ => '200 valid' } keys %each);
all_say(\%bad, 'before', map { $_ => '401 revoked' } keys %each);

$lost->kill;
all_say(\%good, 'one lost', lost => '503 store', other => '200 valid', epoch => '200 valid');
all_say(\%bad, 'one lost', map { $_ => '401 revoked' } keys %each);
$lost->start;
all_say(\%bad, 'it is back, empty', other => '401 revoked', epoch => '401 revoked');
all_say(\%good, 'it is back', map { $_ => '200 valid' } keys %each);

$epoch->kill;
all_say(\%good, 'the epoch lost', map { $_ => '503 store' } keys %each);
all_say(\%bad, 'the epoch lost', other => '401 revoked', epoch => '401 revoked');
$epoch->start;
all_say(\%good, 'the epoch is back', map { $_ => '200 valid' } keys %each);

$_->ok('CONFIG', 'SET', 'cluster-require-full-coverage', 'yes') for $cluster->nodes;
$other->pause;
eventually { $epoch->cli('GET', 'session:epoch') =~ /^CLUSTERDOWN/ } 10, 'the cluster is down';
all_say(\%good, 'CLUSTERDOWN', map { $_ => '503 store' } keys %each);
$other->resume;
all_say(\%good, 'it is up', map { $_ => '200 valid' } keys %each);
is scalar(grep {/does not tell its cluster/} split /^/, $nginx->log), 0, 'all the while nodes told of their cluster';
like $nginx->log, qr/has no answer to "[^"]+": CLUSTERDOWN/, 'the log says so';
like $nginx->log, qr/redis \Q@{[ $lost->address ]}\E lost: .*redis \Q@{[ $lost->address ]}\E restored after/s,
    'the log names the node';

done;
