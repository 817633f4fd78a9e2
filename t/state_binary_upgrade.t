# A binary upgrade: two instances, each with memory of its own, share the file. What one of them is told the other one
# knows in a moment, and nothing that was acknowledged is lost; nor on the way back.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Crowd;
use Masters;
use Sessions;
use StateFile;

my $state = StateFile->new;
my $nginx = Nginx->prepare($state->nginx(
    realm => 'record require; zone 64m;', workers => 2, server => 'add_header X-Worker $pid always;',
    main => join('', map {"env $_;"} qw(LD_PRELOAD ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS)),    # for sanitizers
));
my $masters = Masters->start($nginx);
my @sessions = $state->enter($nginx, 1 .. 4);
my @told;

# All workers that there are; each request is on a connection of its own.
my $all_say = sub {
    my ($wanted, $session, $name) = @_;
    eventually {
        my %answers;
        for (1 .. 200) {
            my $response = $nginx->get('/', $session->{only_access});
            $answers{$response->header('X-Worker')} = $response->header('X-Reason');
            last if $_ >= 10 && keys %answers == 4;
        }
        keys %answers == 4 && !grep { $_ ne $wanted } values %answers;
    } 10, $name;
};
my $check = sub {
    my ($when) = @_;
    my %wrong;
    for my $session (@told) {
        my $answer = $state->answers($nginx, $session);
        my $wanted = $session->{ended} ? 'revoked' : $session->{maybe} ? 'revoked|valid' : 'valid';
        $wrong{"$wanted is $answer"}++ unless $answer =~ /^(?:$wanted)\z/;
    }
    is_deeply \%wrong, {}, "what was acknowledged holds $when" or diag scalar @told;
};

my $old = $masters->current;
my $new = $masters->upgrade;
for my $number (0 .. 2) {
    is $nginx->post('/logout', $sessions[$number]{cookie})->status, 200, "logout $number while there are two";
    $all_say->('revoked', $sessions[$number], 'both know it');
}
push @sessions, $state->enter($nginx, 5, 6);
$all_say->('valid', $_, 'both know a session that began') for @sessions[3, 4, 5];
my $next = given($nginx->post('/refresh', $sessions[4]{cookie}));
$all_say->('valid', $next, 'and one that was refreshed');
is $nginx->post('/refresh', $next->{cookie})->status, 200, 'which can be refreshed again';
my $crowd = Crowd->start($nginx, 2);
sleep 0.5;

# The way back.
ok $masters->leave($new, $old), 'the new master goes';
push @told, $crowd->told;
eventually { read_file($nginx->prefix . '/nginx.pid') =~ /^$old$/m } 10, 'the old one is in charge';
$check->('in the old instance, the new one having gone');
is $state->answers($nginx, @sessions), 'revoked revoked revoked valid valid valid', 'and so does the rest';

# On to the new one.
$crowd = Crowd->start($nginx, 2);
$new = $masters->upgrade;
sleep 0.3;
ok $masters->leave($old, $new), 'the old master goes';
sleep 0.3;
push @told, $crowd->told;
ok @told > 50, 'much was acknowledged meanwhile' or diag scalar @told;
$check->('in the new instance');
is $state->answers($nginx, @sessions), 'revoked revoked revoked valid valid valid', 'and so does the rest';

# Both are killed in the middle.
$crowd = Crowd->start($nginx, 2);
$masters->upgrade;
sleep 0.3;
$masters->kill_all;
push @told, $crowd->told;
$masters->launch;
$check->('after a restart');
is $state->answers($nginx, @sessions), 'revoked revoked revoked valid valid valid', 'and so does the rest';
unlike $nginx->whole_log, qr/session:.*(?:damaged|written anew)/, 'the file was never in disorder';

done;
