# A file that has grown long is replaced by a short one while requests go on, and while nginx is killed; what was
# acknowledged is in it, and it is the workers' alone.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Crowd;
use Sessions;
use StateFile;

my $state = StateFile->new;
my $nginx = Nginx->new($state->nginx(realm => 'record require;', workers => 2));
my @users = $state->enter($nginx, 1 .. 20);
$nginx->post('/logout', $_->{cookie}) for @users[0 .. 9];

my $inode = sub { (stat $state->path)[1] // 0 };
my $holds = sub {
    my ($when, @refreshed) = @_;
    is $state->answers($nginx, @users), join(' ', ('revoked') x 10, ('valid') x 10), "sessions and logouts, $when";
    is $state->answers($nginx, @refreshed), join(' ', map {'valid'} @refreshed), "access tokens, $when";
    is join(' ', map { $nginx->post('/refresh', $_->{only_refresh})->status } @refreshed),
        join(' ', map {200} @refreshed), "the last refresh token of each, $when";
};

my $crowd = Crowd->start($nginx, 3, refresh => 1);
my $first = $inode->();
my ($longest, $short) = (0, 0);
eventually {
    my $is_another = $inode->() != $first;
    ($is_another ? $short : $longest) = -s $state->path;
    return $is_another;
} 60, 'compacted';
sleep 0.5;
my @last = $crowd->last_told;
cmp_ok $longest, '>', 900_000, 'it was long';
cmp_ok $short, '<', $longest / 2, 'and is short';
is sprintf('%04o', (stat $state->path)[2] & 07777), '0600', 'mode 0600';
ok !-e $state->path . '.tmp', 'nothing is left behind';
$holds->('now', @last);
$state->kill_all($nginx);
$nginx->start;
$holds->('after a restart', @last);

# Killed while it is compacted, or nearly.
for my $round (1 .. 4) {
    $state->kill_all($nginx);
    $nginx->start;
    my $busy = Crowd->start($nginx, 3, refresh => 1);
    my $was = $inode->();
    wait_until { -e $state->path . '.tmp' || $inode->() != $was } 60;
    sleep rand 0.02;
    $state->kill_all($nginx);
    @last = $busy->last_told;
    $nginx->start;
    $holds->("killed, round $round", @last);
}
unlike $nginx->whole_log, qr/session:.*(?:damaged|written anew)/, 'the file was never in disorder';

done;
