# Nodes of a cluster that are known by their names: nginx's resolver is asked while nginx runs, until a node answers, and
# when none does any more; a request that comes before the first answer waits for it.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Names;
use RedisCluster;

new_key('v1');
my $names = Names->new;
my $cluster = RedisCluster->new(masters => 3, config => ['cluster-require-full-coverage no']);
my ($first, $second) = $cluster->nodes;
my $base = 'key v1 file=v1.key; cookie access_token; redis_topology cluster; redis_timeout 2s; redis_connect_timeout 2s;';
my %setting = (
    realms => {},
    http => $names->resolver . " session_realm app { $base redis one.test:@{[ $first->port ]} two.test:@{[ $second->port ]}; }",
);
my $nginx = Nginx->new(%setting);
my @users = map { $cluster->user_at($_) } $cluster->masters;
my @good = map { cookie(mint({sub => $_, jti => 'good'})) } @users;
my @bad = map { cookie(mint({sub => $_, jti => 'bad'})) } @users;
$cluster->cli('SET', "session:revoked:{$_}:bad", 1) for @users;
sub answers { join ' ', map { $nginx->get('/', $_)->answer } @_ }
my ($valid, $revoked) = map { join ' ', ($_) x 3 } '200 valid', '401 revoked';

eventually { answers(@good) eq join ' ', ('503 store') x 3 } 5, 'names that nobody knows: no answer';
for my $name (qw(one two)) {
    like $nginx->log, qr/\[error\].*realm "app" redis name "$name\.test" could not be resolved \(3: Host not found\)/, 'told';
}
$names->set('one.test', '127.0.0.9');
sleep 1;
is answers(@good), join(' ', ('503 store') x 3), 'an address where nobody is';
$names->set('one.test', '127.0.0.1');
eventually { answers(@good) eq $valid } 10, 'another one: the cluster is found';
is answers(@bad), $revoked, 'and asked';

ok $nginx->reload(drained => 1), 'a reload';
is answers($good[0]), '200 valid', 'the first request waits for the name';
is answers(@bad), $revoked, 'the cluster is known again';

# Known masters need no names; where all are lost names are asked again.
$names->set('one.test');
sleep 2;
is answers(@good), $valid, 'a name that has gone does not matter';
$_->kill for $cluster->nodes;
eventually { answers(@good) eq join ' ', ('503 store') x 3 } 10, 'all nodes are lost';
$names->set('two.test', '127.0.0.1');
$_->start for $first, $second, ($cluster->{nodes}[2]);
eventually { answers(@good) eq $valid } 20, 'they are back';

done;
