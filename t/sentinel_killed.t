# Sentinel: servers die. The master under load, its return as an empty server, sentinels one by one, all of them; each
# request is answered in time, a revocation is never forgotten, and a reload in the middle of it finds the new master.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sentinels;
use Time::HiRes qw(time);

new_key('v1');
my $fleet = Sentinels->new(replicas => 2);
my $key = "key v1 file=v1.key; cookie access_token; redis @{[ $fleet->address ]}; redis_topology sentinel mymaster;
    redis_timeout 500ms; redis_connect_timeout 500ms;";
my $nginx = Nginx->new(
    workers => 2,
    realms => {app => "$key revocation strict;", cached => $key},
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /cached { auth_session cached; proxy_pass http://backend; }',
);
my ($good, $bad, $late, $last) = map { cookie(mint({jti => $_})) } qw(good bad late last);
sub revoke { my ($jti) = @_; $fleet->master->cli('SET', "session:revoked:{42}:$jti", 1) }
sub answers { my ($token) = @_; join ' ', map { $nginx->get($_, $token)->answer } qw(/ /cached) }
sub is_well { answers($good) eq '200 valid 200 valid' && answers($bad) eq '401 revoked 401 revoked' }

# Answers to both tokens for so many seconds, and how long the median of them took: a single one tells of the machine.
sub load {
    my ($seconds) = @_;
    my (%seen, @times);
    my $end = time + $seconds;
    while (time < $end) {
        for my $path (qw(/ /cached)) {
            for my $token ($good, $bad) {
                my $start = time;
                $seen{($token eq $good ? 'good ' : 'bad ') . $nginx->get($path, $token)->answer}++;
                push @times, time - $start;
            }
        }
        sleep 0.01;
    }
    note join ', ', map {"$_: $seen{$_}"} sort keys %seen;
    return (\%seen, (sort { $a <=> $b } @times)[@times / 2], (sort { $b <=> $a } @times)[0]);
}

eventually { answers($good) eq '200 valid 200 valid' } 5, 'the master is found';
revoke('bad');
eventually { is_well() } 5, 'and tells of a revocation';
$fleet->settle;
eventually {
    !grep { $_->cli('EXISTS', 'session:revoked:{42}:bad') ne '1' } $fleet->servers
} 5, 'which every replica has';

# The master dies under load.
my $first = $fleet->master;
$first->kill;
my ($seen, $median, $longest) = load(patience(3));
is_deeply [grep { !/^(?:good (?:200 valid|503 store)|bad (?:401 revoked|503 store))$/ } keys %$seen], [],
    'the master is killed: no request is judged wrongly';
cmp_ok $median, '<', patience(0.3), 'and most are answered at once';
cmp_ok $longest, '<', patience(2), 'each in time';
ok !$seen->{'bad 503 store'} || $seen->{'bad 401 revoked'} > 0, 'the revocation is known';
ok $fleet->wait_for_other($first), 'the sentinels agree on another';
eventually { is_well() } 5, 'which lets in';
revoke('late');
eventually { answers($late) eq '401 revoked 401 revoked' } 5, 'and whose revocations count';

# It comes back, empty and for a while as a master of its own.
$first->start;
for (1 .. 20) { $nginx->get('/', $good); sleep 0.05 }
ok is_well(), 'the old master is back: no change';
is $first->calls('exists') + $first->calls('get'), 0, 'nobody has asked it';
eventually { $first->cli('ROLE') =~ /^slave/ } 20, 'it becomes a replica';
is $first->calls('exists') + $first->calls('get'), 0, 'and nobody asks it';

# Sentinels die one by one; the last one is enough to know the master.
my @sentinels = $fleet->sentinels;
for my $sentinel (@sentinels[0, 1]) {
    $sentinel->kill;
    ($seen) = load(0.5);
    is_deeply [sort keys %$seen], ['bad 401 revoked', 'good 200 valid'], 'a sentinel is killed: nobody notices';
}
$sentinels[2]->pause;
($seen) = load(2);
is_deeply [sort keys %$seen], ['bad 401 revoked', 'good 200 valid'], 'the last one hangs: the master goes on';
eventually { $nginx->log =~ /redis sentinel \Q@{[ $sentinels[2]->address ]}\E lost: timed out/ } 10, 'the log says so';

# A reload without any sentinel: nobody knows the master, and requests fail at once.
ok $nginx->reload, 'a reload without sentinels';
eventually { answers($good) eq '503 store 503 store' } 10, 'whose workers know no master';
($seen, $median) = load(1);
cmp_ok $median, '<', patience(0.2), 'and say so at once';
ok !$seen->{'bad 200 valid'}, 'to everybody';
$sentinels[2]->resume;
eventually { is_well() } 10, 'a sentinel is back: all is well';
$_->start for @sentinels[0, 1];

# A reload in the middle of a failover.
$fleet->settle;
my $before = $fleet->master;
$before->kill;
ok $nginx->reload, 'a reload after the master has died';
($seen) = load(patience(1));
is_deeply [grep { !/^(?:good (?:200 valid|503 store)|bad (?:401 revoked|503 store))$/ } keys %$seen], [],
    'no request is judged wrongly';
ok $fleet->wait_for_other($before), 'the sentinels agree again';
eventually { is_well() } 10, 'the new workers find the new master';
revoke('last');
eventually { answers($last) eq '401 revoked 401 revoked' && answers($late) eq '401 revoked 401 revoked' } 5,
    'revocations count, old and new';

done;
