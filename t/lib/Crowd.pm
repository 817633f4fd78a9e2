# Clients that log in and out as fast as they can, in processes of their own, until they are stopped or nginx
# is gone; and what they were told.
#
#   my $crowd = Crowd->start($nginx, 3);
#   …
#   for my $session ($crowd->told) { … $session->{ended} … }
#
# With `refresh => 1` each of them refreshes one session on and on; last_told has what it was given last.
package Crowd;

use strict;
use warnings;

use IO::Handle;
use POSIX ();

use Sessions;
use Workspace qw(folder read_file keep_secret);

my $number = 0;

sub start {
    my ($class, $nginx, $count, %option) = @_;
    my $life = $option{refresh} ? \&refresh : \&live;
    my $self = bless {clients => [], owner => $$}, $class;
    for (1 .. $count) {
        my $file = folder() . '/crowd' . ++$number;
        my $pid = fork // die "fork: $!";
        if (!$pid) {
            local $SIG{TERM} = sub { POSIX::_exit(0) };
            srand $$;
            eval { $life->($nginx, $file, "u$number") };
            POSIX::_exit(0);
        }
        push @{$self->{clients}}, {pid => $pid, file => $file};
    }
    return $self;
}

# A line for what was acknowledged, written before the next request is sent.
sub live {
    my ($nginx, $file, $user) = @_;
    open my $told, '>', $file or die "$file: $!";
    $told->autoflush;
    while (1) {
        my $response = $nginx->get('/login', "X-Login: $user");
        next unless $response->status == 200;
        my $session = given($response);
        print $told "in $session->{access} $session->{refresh}\n";
        next if rand > 0.6;
        print $told "out? $session->{access}\n";
        print $told "out $session->{access}\n" if $nginx->post('/logout', $session->{cookie})->status == 200;
    }
}

sub refresh {
    my ($nginx, $file, $user) = @_;
    my $session = log_in($nginx, '/login', "X-Login: $user");
    while (1) {
        open my $told, '>', "$file.new" or die "$file: $!";
        print $told "in $session->{access} $session->{refresh}\n";
        close $told;
        rename "$file.new", $file or die "$file: $!";
        my $response = $nginx->post('/refresh', "Cookie: refresh_token=$session->{refresh}");
        die $response->answer unless $response->status == 200;
        $session = given($response);
    }
}

# Of those who were told anything before they were stopped.
sub last_told {
    my ($self) = @_;
    $self->stop;
    return map {
        my (undef, $access, $refresh) = split ' ', $_;
        keep_secret($access, $refresh);
        {only_access => "Cookie: access_token=$access", only_refresh => "Cookie: refresh_token=$refresh"};
    } grep {length} map { read_file($_->{file}) } @{$self->{clients}};
}

sub stop {
    my ($self) = @_;
    for my $client (@{$self->{clients}}) {
        next unless $client->{pid};
        kill TERM => $client->{pid};
        waitpid delete $client->{pid}, 0;
    }
}

# Of each session that began: whether it ended, or may have ended because nobody knows what became of the logout.
sub told {
    my ($self) = @_;
    $self->stop;
    my %sessions;
    for my $client (@{$self->{clients}}) {
        for my $line (grep {/\n\z/} split /^/, read_file($client->{file})) {
            my ($what, $access, $refresh) = split ' ', $line;
            keep_secret($access, $refresh);
            $sessions{$access} //= {access => $access, only_access => "Cookie: access_token=$access"};
            $sessions{$access}{$what eq 'in' ? 'begun' : $what eq 'out' ? 'ended' : 'maybe'} = 1;
        }
    }
    return values %sessions;
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);
    $self->stop if $self->{owner} == $$;
}

1;
