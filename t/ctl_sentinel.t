# session-ctl --redis-topology sentinel: any sentinel names the master, who must say so itself; accounts and TLS of both;
# --redis-wait: a revocation is done when so many replicas have it.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Ctl;
use Sentinels;

my ($word, $watch) = qw(correct-horse-battery-staple another-horse-battery-staple);
Workspace::keep_secret($word, $watch);
write_file('password', "$word\n");
write_file('sentinel.password', "$watch\n");
my $fleet = Sentinels->new(
    redis => {password => $word, tls => ['localhost', ip => '127.0.0.1']},
    sentinel => {password => $watch, tls => ['sentinel.test']},
);
my @sentinels = $fleet->sentinels;
my @account = qw(--redis-password-file password --redis-sentinel-password-file sentinel.password);
my @tls = ('--redis-ssl', '--ca-file', authority());
my @name = qw(--redis-sentinel-ssl-name sentinel.test);
my @topology = qw(--redis-topology sentinel=mymaster);
my @all = map { ('--redis', $_->address) } @sentinels;
my @place = (@all, @topology, @account, @tls, @name);

my $result = ctl('revoke', @place, qw(--user 42 --id s1));
is $result->status, 0, 'the master is found' or diag $result->errors;
is $fleet->master->cli('EXISTS', 'session:revoked:{42}:s1'), 1, 'and asked';
my $nobody = '127.0.0.1:' . free_port();
is ctl('stats', '--redis', $nobody, @place)->status, 0, 'a sentinel that is away is passed over';
$fleet->fail_over;
is ctl('revoke', @place, qw(--user 42 --id s2))->status, 0, 'after a failover';
is $fleet->master->cli('EXISTS', 'session:revoked:{42}:s2'), 1, 'it is the new one';

# Replicas.
my ($replica) = $fleet->replicas;
wait_until { $replica->cli('INFO', 'replication') =~ /master_link_status:up/ } 20;
my @wait = qw(--redis-wait 1 --timeout 2s);
is ctl('revoke', @place, @wait, qw(--user 42 --id s3))->status, 0, 'a replica has it';
is $replica->cli('EXISTS', 'session:revoked:{42}:s3'), 1, 'that is so';
$replica->pause;
$result = ctl('revoke', @place, @wait, qw(--user 42 --id s4));
is $result->status, 3, 'no replica has it';
like $result->errors, qr/only 0 of 1 replicas have it in time/, 'which is said';
is ctl('stale', @place, @wait, qw(--user 42))->status, 3, 'a mark likewise';
is ctl('stats', @place, @wait)->status, 0, 'who reads waits for nobody';
is ctl('revoke', @place, qw(--user 42 --id s5))->status, 0, 'nor does who does not want to';
$replica->resume;

# Refused.
for my $case (
    [3, 'no master "other" is known there', @all, qw(--redis-topology sentinel=other), @account, @tls, @name],
    [3, 'AUTH', @all, @topology, qw(--redis-sentinel-password-file password --redis-password-file password), @tls, @name],
    [3, 'NOAUTH', @all, @topology, qw(--redis-sentinel-password-file sentinel.password), @tls, @name],
    [3, 'IP address mismatch', @all, @topology, @account, @tls],
    [3, 'redis: ', @all, @topology, @account, @tls, qw(--redis-sentinel-ssl off)],
    [3, 'cannot connect', '--redis', $nobody, @topology],
    [2, 'add --redis-topology', @all],
    [2, '--redis-topology is standalone', @all, qw(--redis-topology sentinel)],
    [2, '--redis-sentinel-ssl is on or off', @all, @topology, qw(--redis-sentinel-ssl maybe)],
    [2, '--redis-sentinel-user is for', '--redis', $nobody, qw(--redis-sentinel-user x)],
    [2, '--redis-wait is a number', '--redis', $nobody, qw(--redis-wait all)],
) {
    my ($status, $message, @words) = @$case;
    my $result = ctl('stats', @words, qw(--timeout 3s));
    is $result->status, $status, $message or diag $result->errors;
    like $result->errors, qr/\Q$message\E/, 'says so';
}

done;
