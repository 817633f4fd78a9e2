# Workers are killed while they write: the others, and those that take their place, go on with the same file.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Crowd;
use StateFile;

my $state = StateFile->new;
my $nginx = Nginx->new($state->nginx(realm => 'record require; zone 64m;', workers => 3));
$nginx->allow_log(qr/exited on signal 9/, qr/was locked by/);
my $crowd = Crowd->start($nginx, 3);
for (1 .. 20) {
    sleep 0.05 + rand 0.15;
    my @workers = $nginx->workers;
    kill KILL => $workers[rand @workers] if @workers;
}
sleep 0.5;
my @sessions = $crowd->told;
my $check = sub {
    my ($when) = @_;
    my %wrong;
    for my $session (@sessions) {
        my $answer = $state->answers($nginx, $session);
        my $wanted = $session->{ended} ? 'revoked' : $session->{maybe} ? 'revoked|valid' : 'valid';
        $wrong{"$wanted is $answer"}++ unless $answer =~ /^(?:$wanted)\z/;
    }
    is_deeply \%wrong, {}, "what was acknowledged holds $when";
};
ok @sessions > 100, 'much was acknowledged' or diag scalar @sessions;
$check->('now');
$state->kill_all($nginx);
$nginx->start;
$check->('after a restart');
unlike $nginx->whole_log, qr/session:.*(?:damaged|written anew)/, 'the file was never in disorder';

done;
