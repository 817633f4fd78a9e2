# Replies around and beyond the timeout: a late one is nobody's, and each user gets his own verdict on a worker that has
# just given up another's.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; redis @{[ $proxy->address ]}; revocation strict;
        redis_timeout 200ms; redis_connect_timeout 3s;",
);
my %marks = (alice => [], bob => ['SET', 'session:revoked:{bob}:b', 1], carol => ['SET', 'session:stale:{carol}', '*']);
my %own = (alice => '200 valid alice', bob => '401 revoked', carol => '401 stale');
my %cookie = map { $_ => cookie(mint({sub => $_, jti => substr $_, 0, 1})) } keys %own;
$redis->cli(@$_) for grep {@$_} values %marks;

sub ask {
    my ($user) = @_;
    my $client = $nginx->connect;
    $client->send(Client::format_request('GET', '/', $cookie{$user}));
    return $client;
}

sub said {
    my ($client) = @_;
    my $response = $client->response // return 'nothing';
    return join ' ', $response->answer, $response->status == 200 ? $response->body : ();
}

sub well { said(ask('alice')) eq $own{alice} }

# One waits beyond the timeout; the other asks the same worker before, at or after its end.
my @users = sort keys %own;
for my $first (@users) {
    for my $second (grep { $_ ne $first } @users) {
        for my $pause (0.1, 0.2) {
            $proxy->mode('pass');
            ok wait_until(\&well, 3), 'well before';
            $proxy->mode('delay', 400);
            my $slow = ask($first);
            sleep $pause;
            $proxy->mode('pass');
            my $other = ask($second);
            my ($slow_said, $other_said) = (said($slow), said($other));
            like $slow_said, qr/^(?:503 store|\Q$own{$first}\E)$/, "$first waits";
            like $other_said, qr/^(?:503 store|\Q$own{$second}\E)$/, "$second $pause s behind $first";
        }
        sleep 0.2;    # the late reply comes
        my $said = said(ask($second));
        like $said, qr/^(?:503 store|\Q$own{$second}\E)$/, "$second after $first was answered too late";
    }
}

# All at once, the delay creeping over the timeout.
my %seen;
for my $delay (120, 160, 185, 195, 200, 205, 215, 240) {
    $proxy->mode('delay', 0);
    ok wait_until(\&well, 3), 'well before';
    $proxy->mode('delay', $delay);
    my @order = map { $users[rand @users] } 1 .. 24;
    my @clients = map { ask($_) } @order;
    my @wrong;
    for my $i (0 .. $#order) {
        my $said = said($clients[$i]);
        $seen{$said}++;
        push @wrong, "$order[$i]: $said" unless $said eq '503 store' || $said eq $own{$order[$i]};
    }
    is_deeply \@wrong, [], "$delay ms: everybody's own answer or none";
}
note explain \%seen;
cmp_ok $seen{'503 store'} // 0, '>', 0, 'some came too late';
cmp_ok keys(%seen), '==', 4, 'and others did not';
$proxy->mode('delay', 0);
eventually { well() } 2, 'well again';

done;
