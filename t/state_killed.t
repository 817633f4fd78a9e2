# All processes are killed at any moment: what was acknowledged before, a login or a logout, holds after the next
# start, and nobody has to mend the file.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Crowd;
use StateFile;

my $rounds = 8;
my $state = StateFile->new;
my $nginx = Nginx->new($state->nginx(realm => 'record require; zone 64m;', workers => 2));
my (%wrong, %seen, $torn);

for my $round (1 .. $rounds) {
    my $crowd = Crowd->start($nginx, 3);
    sleep 0.3 + rand 0.5;
    $state->kill_all($nginx);
    my @sessions = $crowd->told;
    $torn++ if $state->bytes !~ /\n\z/;
    $nginx->start;
    for my $session (@sessions) {
        my $answer = $state->answers($nginx, $session);
        my $kind = $session->{ended} ? 'ended' : $session->{maybe} ? 'maybe' : 'open';
        my $wanted = {ended => 'revoked', open => 'valid', maybe => 'revoked|valid'}->{$kind};
        $seen{$kind}++;
        $wrong{"$kind is $answer"}++ unless $answer =~ /^(?:$wanted)\z/;
    }
}
is_deeply \%wrong, {}, 'nothing that was acknowledged is lost';
ok $seen{ended} > 5 * $rounds && $seen{open} > 5 * $rounds, 'which was much'
    or diag explain \%seen;
note sprintf 'ended=%d open=%d unknown=%d torn=%d', @seen{qw(ended open)}, $seen{maybe} // 0, $torn // 0;

done;
