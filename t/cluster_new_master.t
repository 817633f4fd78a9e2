# A master that has just joined gets a slot, and a revocation there, before anybody was told: no request is let through
# longer than `max_stale` by what was known, neither while the slot is on its way nor after it.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;
use RedisCluster;
use Time::HiRes ();

new_key('v1');
my $cluster = RedisCluster->new(masters => 3);
my $stale = patience(1);
my $nginx = Nginx->new(
    workers => 2,
    realm => "key v1 file=v1.key; cookie access_token; revocation cached max_stale=${stale}s; @{[ $cluster->directives ]}",
    server => Everywhere::server(),
);
my $all = Everywhere->new($nginx);

# All ask without a pause from now on; when somebody was let through last, and what else was said.
sub last_let_through {
    my ($cookie) = @_;
    my ($start, $last, %said) = (Time::HiRes::time(), 0);
    while (Time::HiRes::time() - $start < 3 * $stale) {
        for my $answer ($all->ask('/', $cookie)) {
            $said{$answer}++;
            $last = Time::HiRes::time() - $start if $answer !~ /^(?:401 revoked|503 store)/;
        }
    }
    return ($last, \%said);
}

sub holds {
    my ($name, $cookie) = @_;
    my ($last, $said) = last_let_through($cookie);
    cmp_ok $last, '<', $stale, "$name: let through no longer than max_stale";
    ok exists $said->{'401 revoked HIT'}, "$name: known in the end" or diag explain $said;
}

for my $round (1 .. 3) {
    my $from = ($cluster->masters)[$round % 3];
    my $user = $cluster->user_at($from, $round);
    my $slot = $cluster->slot_of("{$user}");
    my %cookie = map { $_ => cookie(mint({sub => $user, jti => $_})) } qw(early late);
    my $new = $cluster->add_master;
    $cluster->begin_move($slot, $new);
    eventually { $all->agree('200 valid HIT', '/', $cookie{$_}) } 10, "round $round: $_ is known" for qw(early late);
    is $cluster->cli('SET', "session:revoked:{$user}:early", 1), 'OK', 'a revocation, on the way';
    like $new->cli('KEYS', '*'), qr/early/, 'at the new master';
    holds("round $round: on the way", $cookie{early});

    $cluster->move_keys($from, $new, $cluster->keys_in($from, $slot));
    $cluster->end_move($slot, $new);
    is $cluster->cli('SET', "session:revoked:{$user}:late", 1), 'OK', 'another one, after it';
    holds("round $round: after it", $cookie{late});
    ok $all->agree('401 revoked', '/', $cookie{early}), "round $round: the first one still counts";
}

done;
