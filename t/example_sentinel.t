# sentinel-fleet.conf: two nginx, three Redis, three sentinels. The master dies while people work and log in: nobody is
# logged out, logins go on with another master, and who was revoked stays out, at both nginx.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Example;
use Logins;
use Sentinels;

new_key('v1');
mkdir folder() . '/session';
write_file('session/v1.key', read_file(folder() . '/v1.key'));

# As the head of the example has it.
my $text = read_file("$FindBin::Bin/../conf-examples/sentinel-fleet.conf");
my ($account) = $text =~ /user (nginx on .*?) +\(on one line\)/s or die 'no account';
$account =~ s/\n#\s+/ /g;
my %word = (WORD => 'word-of-the-servers', SECRET => 'secret-of-nginx', WATCH => 'word-of-the-sentinels');
$account =~ s/>SECRET/>$word{SECRET}/;
write_file('session/redis.password', "$word{SECRET}\n");
write_file('session/sentinel.password', "$word{WATCH}\n");
Workspace::keep_secret(values %word);
my $fleet = Sentinels->new(
    name => 'sessions', replicas => 2,
    redis => {password => $word{WORD}, users => [$account], config => ['min-replicas-to-write 1', 'min-replicas-max-lag 10']},
    sentinel => {password => $word{WATCH}},
);
my @nodes = map { Example->new(example => 'sentinel-fleet', redis => $fleet) } 1 .. 2;
my ($one, $two) = @nodes;
my $origin = 'Origin: https://localhost';

sub log_in {
    my ($node, $user) = @_;
    my $response = $node->get("/login?user=$user");
    my %cookie = map { $_ => given($response, "${_}_token") } qw(access refresh);
    return $response->status == 200 && $cookie{access} ? \%cookie : undef;
}
sub page { my ($node, $session) = @_; $node->get('/', cookie($session->{access})) }
sub log_out { my ($node, $session) = @_; $node->post('/logout', cookie($session->{access}), $origin) }
sub is_in { my ($session, $user) = @_; !grep { page($_, $session)->body !~ /^$user\b/ } @nodes }
sub is_out { my ($session) = @_; !grep { page($_, $session)->json->{reason} ne 'revoked' } @nodes }

# A usual day.
my ($alice, $bob) = (log_in($one, 'alice'), log_in($two, 'bob'));
ok $alice && $bob, 'two people log in';
ok is_in($alice, 'alice') && is_in($bob, 'bob'), 'and are known at both nodes';
is log_out($two, $bob)->status, 200, 'one logs out';
eventually { is_out($bob) } 5, 'at both nodes';
my $first = $fleet->master;
ok $first->replicated('SET', 'evening', 1), 'the replicas have it all';

# The master dies.
$first->kill;
my (%seen, $carol);
wait_until {
    $seen{$_}++ for map { page($_, $alice)->status . ' alice' } @nodes;
    $seen{page($one, $bob)->status . ' bob'}++;
    $carol = log_in($two, 'carol');
} 30;
note join ', ', map {"$_: $seen{$_}"} sort keys %seen;
ok $carol, 'after a while a login';
is_deeply [grep { !/^(?:200 alice|401 bob|503 alice|503 bob)$/ } keys %seen], [], 'until then nobody is sent away';
isnt $fleet->master->port, $first->port, 'another server is the master';
eventually { is_in($alice, 'alice') } 10, 'who was in is in';
ok is_in($carol, 'carol'), 'so is who has logged in meanwhile';
ok is_out($bob), 'who was out is out';
is $fleet->master->cli('EXISTS', 'session:data:{alice}:' . (opened($alice->{access}))[1]{sid}), 1,
    'the new master has the sessions';
for my $node (@nodes) {
    eventually {
        my $now = $fleet->master->address;    # a busy machine has made the sentinels change their minds
        $node->log =~ /\[warn\].*realm "app" redis master "sessions" is now $now, was [\d.:]+$/m;
    } 10, 'the log of each node tells it';
}

# Work goes on: refreshes, logouts, logins.
my $again = $two->post('/api/auth/refresh', cookie($alice->{refresh}, 'refresh_token'), $origin);
is $again->status, 200, 'a refresh';
$alice = {access => given($again), refresh => given($again, 'refresh_token')};
ok is_in($alice, 'alice'), 'whose token is good at both nodes';
is log_out($one, $carol)->status, 200, 'a logout';
eventually { is_out($carol) } 5, 'holds at both nodes';

# The old master comes back, as a replica, and everything moves to it by hand.
$first->start;
eventually { $first->cli('INFO', 'replication') =~ /role:slave.*master_link_status:up/s } 30, 'the old master is a replica';
$fleet->settle;
my $before = $fleet->master->port;
isnt $fleet->fail_over->port, $before, 'an operator fails over, as the head of the example says';
eventually { is_in($alice, 'alice') && is_out($carol) && is_out($bob) } 10, 'and nobody notices';
eventually { my $dave = log_in($one, 'dave'); $dave && is_in($dave, 'dave') } 10, 'logins go on';
my $status = $two->get('/session-status')->json->{realms}{app};
is $status->{coherence}{coherent}, 1, 'the status says that changes are heard' or note explain $status->{coherence};

done;
