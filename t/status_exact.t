# The counters are exact: several workers under load, with reloads in between, and one that is killed.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;

new_key('v1');
new_key('v2');
my $redis = RedisServer->new;
my $nginx = Nginx->new(
    workers => 3,
    realm => "key v2 file=v2.key; key v1 file=v1.key; resign off; cookie access_token; @{[ $redis->directives ]}",
    server => Everywhere::server(),
    locations => 'location / { auth_session app; proxy_pass http://backend; } location = /status { session_status; }',
);
sub app { $nginx->get('/status')->json->{realms}{app} }
sub sum { my $sum = 0; $sum += $_ for @_; return $sum }

# What each client asks for, and how often in all.
my %asks = (
    valid => [cookie(mint({sub => 'a', version => 'v2'}, key => 'v2'))],
    missing => [],
    expired => [cookie(mint({sub => 'a', exp => 1, version => 'v1'}, key => 'v1'))],
    signature => [cookie(tamper(mint({sub => 'a'}, key => 'v1')))],
);
my ($clients, $rounds) = (4, 60);
my $first = int(time / 60);
my @children;
for my $client (1 .. $clients) {
    my $pid = fork // die "fork: $!";
    unless ($pid) {
        my $failed = 0;
        for my $round (1 .. $rounds) {
            for my $reason (sort keys %asks) {
                my $answer = $nginx->get('/', @{$asks{$reason}});
                ++$failed unless $answer->reason eq $reason;
            }
        }
        POSIX::_exit($failed ? 1 : 0);
    }
    push @children, $pid;
}
ok $nginx->reload, "reload $_ meanwhile" for 1 .. 3;
my $failed = 0;
waitpid $_, 0 and $failed += $? for @children;
is $failed, 0, 'each client gets its answers';
my $app = app();
my $each = $clients * $rounds;
is $app->{requests}{$_}, $each, "$_: each request is counted once" for sort keys %asks;
is sum(map { $_->{valid} } grep { $_->{key} eq 'v2' } @{$app->{verified}}), $each, 'by key';
is sum(map { $_->{refused} } grep { $_->{key} eq 'v1' } @{$app->{verified}}), $each, 'those that are refused, too';
is sum(map { $_->{valid} } @{$app->{sources}}), $each, 'by source';
is sum($app->{cache}{hits}, $app->{cache}{misses}), $each, 'hits and misses';

# The last hour holds all of it, whichever minute it was, and nothing of "valid".
for my $reason (qw(missing expired signature)) {
    my @minutes = @{$app->{hour}{rejected}{$reason}};
    is scalar(@minutes), 60, "$reason: an hour";
    is sum(@minutes), $each, "$reason: all of it";
    my $age = int(time / 60) - $first;
    is sum(@minutes[-2 - $age .. -1]), $each, "$reason: in the minutes of now";
}
ok !exists $app->{hour}{rejected}{valid}, 'valid is no rejection';

# A killed worker takes nothing along, and its connections do not count.
$nginx->allow_log(qr/exited on signal 9/);
eventually { app()->{store}{connections} == 3 } 10, 'a connection for each worker';
my ($worker) = $nginx->workers;
kill KILL => $worker;
eventually { my @now = $nginx->workers; @now == 3 && !grep { $_ == $worker } @now } 10, 'a worker is killed and replaced';
is app()->{requests}{valid}, $each, 'what it counted stays';
eventually { app()->{store}{connections} == 3 } 10, 'the connections are those of the living';

done;
