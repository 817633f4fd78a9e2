# Workers that take different servers for the master, as while it changes: what one of them tells of changes proves
# nothing to a worker that asks the other.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sentinels;

new_key('v1');
# Two masters of one name, each with a sentinel of its own, and workers that ask either of these.
my @fleets = map { Sentinels->new(replicas => 0, sentinels => 1) } 1 .. 2;
my $addresses = join ' ', map { $_->address } @fleets;
my $nginx = Nginx->new(
    workers => 6,
    realm => "key v1 file=v1.key; cookie access_token; redis $addresses; redis_topology sentinel mymaster;
        redis_timeout 3s; redis_connect_timeout 3s;",
    server => 'add_header X-Worker $pid always;',
);
my %server = map { $_->master->port => $_->master } @fleets;
my %token = map { $_ => cookie(mint({jti => $_})) } keys %server;

# Which worker asks which server; each is seen often enough to have answers that it could keep.
sub master_of { $nginx->log =~ /.*\[notice\] $_[0]#.*redis master "mymaster" is 127\.0\.0\.1:(\d+)$/m ? $1 : 0 }
sub answers_of_workers {
    my ($token) = @_;
    my %answers;
    for (1 .. 400) {
        my $response = $nginx->get('/', $token);
        $answers{$response->header('X-Worker')}{$response->answer}++;
        last if $_ > 100 && keys %answers == 6;
    }
    return \%answers;
}
for my $token (values %token) {
    my $before = answers_of_workers($token);
    is_deeply [map { keys %$_ } values %$before], [('200 valid') x keys %$before], 'all workers let in';
}
my %asks = map { $_ => master_of($_) } $nginx->workers;
my %seen = map { $_ => 1 } values %asks;
SKIP: {
    skip 'by chance all workers ask one sentinel', 2 if keys %seen < 2;
    for my $port (sort keys %server) {
        $server{$port}->cli('SET', "session:revoked:{42}:$port", 1);
        sleep 3;    # longer than max_stale
        my $after = answers_of_workers($token{$port});
        my @deaf = grep { $asks{$_} == $port && $after->{$_}{'200 valid'} } keys %$after;
        is scalar @deaf, 0, "the workers that ask $port know what is revoked there";
    }
}

$nginx->allow_log(qr{\[crit\].* was emptied or replaced});    # so is who is led from one to another
done;
