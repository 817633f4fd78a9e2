# A tracking connection that is cut, silent, late or half dead, and a Redis that is away altogether: what was known is not
# used after `max_stale`, known revocations reject all the time, who can be asked is asked, and all heals by itself.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;
use Time::HiRes qw(time);

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $bound = 0.6;    # seconds
my $key = "key v1 file=v1.key; cookie access_token; redis @{[ $proxy->address ]}; revocation cached max_stale=600ms;";
my $nginx = Nginx->new(
    workers => 2,
    realms => {
        app => "$key redis_timeout 5s; redis_connect_timeout 5s;",
        quick => "$key redis_timeout 100ms;",
        open => "$key redis_timeout 100ms; store_error allow;",
    },
    server => Everywhere::server(),
    locations => join "\n", 'location = / { return 204; }',
        map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} qw(app quick open),
);
my $all = Everywhere->new($nginx);
my %cookie = map { $_ => cookie(mint({sub => $_, jti => 'id'})) } qw(good bad known);
my $number = 0;
my $revoked = qr/^401 revoked (?:HIT|MISS|HIT, 401 revoked MISS)$/;

# All workers know a good session, one that will be revoked, and one that is.
sub ready {
    my ($name, @paths) = @_;
    $proxy->mode('pass');
    $proxy->cut;
    $proxy->only;
    $cookie{bad} = cookie(mint({sub => 'bad' . ++$number, jti => 'id'}));
    $redis->cli('SET', 'session:revoked:{known}:id', 1);
    my $known = sub {
        !grep { my $path = $_; !$all->agree('200 valid HIT', $path, $cookie{good})
            || !$all->agree('200 valid HIT', $path, $cookie{bad}) || !$all->agree('401 revoked', $path, $cookie{known}) }
            @paths;
    };
    eventually { $known->() } 15, "$name: all is well before";
}

sub revoke { $redis->cli('SET', "session:revoked:{bad$number}:id", 1) }

# What each gets from then until a second after the bound: by session, what was said and, apart, what was said to requests
# that began behind the bound.
sub watch {
    my ($path, $start) = @_;
    my (%early, %late);
    do {
        for my $who (sort keys %cookie) {
            my $sent = time;
            my @answers = $all->ask($path, $cookie{$who});
            ($sent > $start + $bound ? \%late : \%early)->{$who}{$_}++ for @answers;
        }
    } while time < $start + $bound + 1 || keys %late < keys %cookie;
    return (\%early, \%late);
}

sub said { join ', ', sort keys %{$_[0]} }

# Only the connection that tells of changes.
for (['silent'], ['drop'], ['delay', 8000], ['half_close'], ['close'], ['bytes']) {
    my ($mode, @detail) = @$_;
    my $name = "tracking: $mode";
    ready($name, '/app');
    $proxy->only('CLIENT');
    $proxy->mode($mode, @detail);
    my $start = time;
    revoke();
    my ($early, $late) = watch('/app', $start);
    like said($early->{good}) . said($late->{good}), qr/^(?:200 valid (?:HIT|MISS)(?:, )?)+$/, "$name: others go on";
    is said($late->{good}), '200 valid MISS', "$name: by asking" unless $mode eq 'bytes';
    like said($late->{bad}), $revoked, "$name: revoked";
    like said({%{$early->{known}}, %{$late->{known}}}), $revoked, "$name: known to be revoked";
    ready("$name: afterwards", '/app');
}

# A little late is late, not lost.
ready('a little late', '/app');
$proxy->only('CLIENT');
$proxy->mode('delay', 150);
sleep 1;
revoke();
eventually { $all->agree('401 revoked', '/app', $cookie{bad}) } 3, 'a little late: revoked';
eventually { $all->agree('200 valid HIT', '/app', $cookie{good}) } 3, 'a little late: still a cache';

# All connections.
my %away = map { my @mode = @$_; $mode[0] => sub { $proxy->mode(@mode) } }
    ['silent'], ['drop'], ['close'], ['refuse'], ['delay', 8000], ['garbage', "-ERR no\r\n"];
$away{'a server that stands still'} = sub { $redis->pause };
for my $mode (sort keys %away) {
    for my $path (qw(/quick /open)) {
        my $name = "$path: $mode";
        ready($name, $path);
        my $stands = $mode =~ /stands/;
        revoke() if $stands;
        eventually { $all->agree('401 revoked', $path, $cookie{bad}) } 5, "$name: seen in time" if $stands;
        $away{$mode}->();
        my $start = time;
        revoke() unless $stands;
        my ($early, $late) = watch($path, $start);
        my $nothing = $path eq '/open' ? '200 valid MISS' : '503 store MISS';
        is said($late->{good}), $nothing, "$name: nobody is judged by what was known";
        like said($late->{bad}), $stands ? $revoked : qr/^$nothing$/, "$name: nor is one who is revoked";
        like said({%{$early->{known}}, %{$late->{known}}}), $revoked, "$name: known to be revoked";
        $redis->resume;
        ready("$name: afterwards", $path);
    }
}

done;
