# While the disk is full nothing is acknowledged that is not safe: 503, told at crit; sessions are judged on. When it
# has room again the file goes on by itself.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;
use StateFile;

my $disk = folder() . '/disk';
mkdir $disk;
plan skip_all => 'a disk of our own needs root' if $> != 0;
plan skip_all => 'mount is not permitted'
    if system("mount -t tmpfs -o size=256k session-state $disk 2> " . folder() . '/mount') != 0;
my $owner = $$;
END { system 'umount', '-l', $disk if $disk && $owner && $$ == $owner && -d $disk }

my $state = StateFile->new(folder => "$disk/state");
my $nginx = Nginx->new($state->nginx(workers => 2));
$nginx->allow_log(qr/\[crit\].*realm "app" state "[^"]*" is not written/);
my @users = $state->enter($nginx, 1 .. 5);
$nginx->post('/logout', $users[0]{cookie});

sub fill {
    open my $filler, '>', "$disk/filler" or die;
    while (syswrite $filler, 'x' x 1024) { }
    close $filler;
}
fill();
my ($refused, $tries, @late) = (0, 0);
while ($refused < 5 && $tries++ < 200) {
    my $response = $nginx->get('/login', 'X-Login: late');
    push @late, given($response) if $response->status == 200;
    $refused++ if $response->status == 503;
    fill();
}
is $refused, 5, 'logins are refused';
is $nginx->post('/logout', $users[1]{cookie})->status, 503, 'so is a logout';
is $nginx->post('/refresh', $users[2]{cookie})->answer, '503 store', 'and a refresh';
like $nginx->log, qr/\[crit\].*state "[^"]*" is not written, nothing is acknowledged: cannot write to "[^"]*" \(28: /,
    'the log has the reason';
my @told = $nginx->log_lines(qr/is not written/);
ok @told <= 4, 'and does not repeat it for each request' or diag scalar @told;
is $state->answers($nginx, @users[0, 2, 3]), 'revoked valid valid', 'sessions are judged on';
ok -s $state->path, 'the file is there';
ok scalar((Nginx->check($state->nginx))[0]), 'and whole';

unlink "$disk/filler";
my $again;
eventually { $nginx->get('/login', 'X-Login: again')->status == 200 } 10, 'room again: a login';
is $nginx->post('/logout', $users[1]{cookie})->status, 200, 'a logout';
is $nginx->post('/refresh', $users[2]{cookie})->status, 200, 'a refresh, with the token that was refused';
ok $nginx->wait_for_log(qr/\[warn\].*state "[^"]*" is written again after/, 10), 'the log tells';
$state->kill_all($nginx);
$nginx->start;
is $state->answers($nginx, @users, @late), join(' ', qw(revoked revoked valid valid valid), map {'valid'} @late),
    'all that was acknowledged is there after a restart';

done;
