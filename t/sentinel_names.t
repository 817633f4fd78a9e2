# Sentinel with names: sentinels that are known by theirs, and a master that is announced by its own, found by nginx's
# resolver while nginx runs.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Names;
use Sentinels;

new_key('v1');
my $names = Names->new;
# The only name that the sentinels themselves can resolve.
my $fleet = Sentinels->new(host => 'localhost', sentinels => 2);
my ($one, $two) = map { $_->port } $fleet->sentinels;
my $key = "key v1 file=v1.key; cookie access_token; redis one.test:$one two.test:$two;
    redis_topology sentinel mymaster; redis_timeout 3s; redis_connect_timeout 3s;";
my $nginx = Nginx->new(
    http => $names->resolver . " session_realm app { $key revocation strict; }",
);
my $token = cookie(mint({jti => 'j'}));
sub answer { $nginx->get('/', $token)->answer }
like $fleet->{sentinels}[0]->cli('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'mymaster'), qr/^localhost$/m,
    'the sentinels announce a name';

is answer(), '503 store', 'names that nobody knows: no answer';
$names->set('two.test', '127.0.0.1');
eventually { $nginx->log =~ /name "localhost" could not be resolved/ } 10, 'the second sentinel is found';
is answer(), '503 store', 'the name of the master is not known yet';
$names->set('localhost', '127.0.0.1');
eventually { answer() eq '200 valid' } 10, 'now it is';
my $port = $fleet->master->port;
like $nginx->log, qr/realm "app" redis master "mymaster" is localhost:$port \(127\.0\.0\.1:$port\)$/m, 'the log has both';
$fleet->master->cli('SET', 'session:revoked:{42}:j', 1);
is answer(), '401 revoked', 'the master is asked';

my $new = $fleet->fail_over->port;
eventually { $nginx->log =~ /is now localhost:$new \(127\.0\.0\.1:$new\), was localhost:$port/ } 10, 'a failover';
is answer(), '401 revoked', 'is followed';
sleep 1;
is answer(), '401 revoked', 'and repeats what was known';
$fleet->master->cli('DEL', 'session:revoked:{42}:j');
eventually { answer() eq '200 valid' } 5, 'the new master is asked';

# The sentinel gets another address, which the other one has known all the time.
$names->set('one.test', '127.0.0.1');
$fleet->{sentinels}[1]->kill;
eventually { $nginx->log =~ /redis sentinel two\.test:$two lost/ } 10, 'a sentinel dies';
sleep 2;
$nginx->forget_log;
$fleet->master->kill;
$fleet->{sentinels}[1]->start;
$fleet->wait_for_other($fleet->{servers}[$new == $fleet->{servers}[0]->port ? 0 : 1]);
eventually { answer() eq '200 valid' } 20, 'the other, whose name is known by now, tells of the next master';

# Without a resolver the name of a master is of no use.
my $blind = Nginx->new(
    realm => "$key revocation strict;" =~ s/one\.test|two\.test/127.0.0.1/gr,
);
is $blind->get('/', $token)->answer, '503 store', 'without a resolver: no answer';
like $blind->log, qr/redis master "mymaster" is announced by its name "localhost", add "resolver" to the http block/,
    'and the log tells what to do';

done;
