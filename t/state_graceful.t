# Reloads and a graceful end while many log in and out, with a state file: no worker that goes takes anything with it that
# was acknowledged, and each goes in time.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Crowd;
use Sessions;
use StateFile;
use Time::HiRes qw(time);

my $state = StateFile->new;
my $nginx = Nginx->new($state->nginx(realm => 'record require; zone 64m;', workers => 2));
my @told;

my $check = sub {
    my ($when) = @_;
    my %wrong;
    for my $session (@told) {
        my $answer = $state->answers($nginx, $session);
        my $wanted = $session->{ended} ? 'revoked' : $session->{maybe} ? 'revoked|valid' : 'valid';
        $wrong{"$wanted is $answer"}++ unless $answer =~ /^(?:$wanted)\z/;
    }
    is_deeply \%wrong, {}, "what was acknowledged holds $when";
};

my $crowd = Crowd->start($nginx, 3);
for my $number (1 .. 4) {
    sleep 0.2;
    my $start = time;
    ok $nginx->reload(drained => 1), "reload $number";
    cmp_ok time - $start, '<', patience(3), "reload $number: the old workers go in time";
}
push @told, $crowd->told;
cmp_ok scalar(@told), '>', 20, 'much was acknowledged meanwhile';
$check->('after reloads');

$crowd = Crowd->start($nginx, 3);
sleep 0.7;
ok $nginx->quit(5), 'nginx quits in time';
push @told, $crowd->told;
$nginx->start;
$check->('after the end');

$nginx->allow_log(qr/\[crit\].*backend\.sock failed/);    # its own, which ends too
done;
