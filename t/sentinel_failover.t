# Redis with Sentinel: the master is asked and no replica, before, while and after another server becomes it in good
# order; connections to the old one end, what was revoked stays so, and what is revoked at the new one counts.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sentinels;

new_key('v1');
my $fleet = Sentinels->new;
my $key = 'key v1 file=v1.key; cookie access_token; ' . $fleet->directives;
my $nginx = Nginx->new(
    workers => 2,
    realms => {app => "$key revocation strict;", cached => $key},
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /cached { auth_session cached; proxy_pass http://backend; }',
);
my @paths = qw(/ /cached);
my %token = map { $_ => cookie(mint({jti => $_})) } qw(good early late mark);
sub answers { my ($jti) = @_; join ' ', map { $nginx->get($_, $token{$jti})->answer } @paths }
sub revoke { my ($server, $jti) = @_; $server->cli('SET', "session:revoked:{42}:$jti", 1) }
sub reads { my ($server) = @_; $server->calls('exists') + $server->calls('get') }

my $first = $fleet->master;
my ($second) = $fleet->replicas;
is answers('good'), '200 valid 200 valid', 'the master lets in';
revoke($first, 'early');
eventually { answers('early') eq '401 revoked 401 revoked' } 5, 'and tells of a revocation';
like $nginx->log, qr/\[notice\].*session: realm "app" redis master "mymaster" is 127\.0\.0\.1:@{[ $first->port ]}$/m,
    'the log names the master';
is reads($second), 0, 'nobody has read from the replica';

# A failover in good order, while requests come.
my $pid = fork // die "fork: $!";
unless ($pid) {
    my %seen;
    my $end = time + patience(4);
    while (time < $end) {
        $seen{answers('early') =~ s/503 store/401 revoked/gr}++;
        $seen{answers('good') =~ s/503 store/200 valid/gr}++;
    }
    my $wrong = join ', ', grep { !/^(?:401 revoked 401 revoked|200 valid 200 valid)$/ } keys %seen;
    print STDERR "# wrong: $wrong\n" if $wrong;
    POSIX::_exit($wrong ? 1 : 0);
}
is $fleet->fail_over->port, $second->port, 'another server is the master';
waitpid $pid, 0;
is $?, 0, 'no request was judged wrongly meanwhile';
eventually { answers('good') eq '200 valid 200 valid' } 5, 'the new master lets in';
my ($was, $is) = map { $_->address } $first, $second;
like $nginx->log, qr/\[warn\].*realm "app" redis master "mymaster" is now $is, was $was$/m, 'the log names it';
is answers('early'), '401 revoked 401 revoked', 'what was revoked is revoked';
revoke($second, 'late');
eventually { answers('late') eq '401 revoked 401 revoked' } 5, 'the new master tells of a revocation';
eventually { !$fleet->connections_to($first, $nginx->workers) } 10, 'no worker has a connection to the old master';
cmp_ok $fleet->connections_to($second, $nginx->workers), '>=', 4, 'each has one to the new, and one hears of changes';

# The old master follows the new one, and is not read.
eventually { $first->cli('ROLE') =~ /^slave/ } 20, 'the old master becomes a replica';
my $before = reads($first);
is answers('good'), '200 valid 200 valid', "request $_" for 1 .. 5;
is reads($first), $before, 'which nobody reads from';

# A master that is made a replica by hand is left, with connections that still stand.
$second->cli('REPLICAOF', '127.0.0.1', $first->port);
eventually { !$fleet->connections_to($second, $nginx->workers) } 10, 'demoted by hand: no connection stays';
eventually { $fleet->master->port == $first->port && answers('good') eq '200 valid 200 valid' } 30,
    'and all is well with another master';
$before = reads($second);
is answers('good'), '200 valid 200 valid', "request $_ once more" for 1 .. 5;
is reads($second), $before, 'nobody reads from the one that was left';
is answers('late'), '401 revoked 401 revoked', 'revocations are where they were';

done;
